//! The pipeline: stages in their order, on any machine.
//!
//! A flake says in its output `pipeline` what there is to do; Nix knows what of it was done before.

mod pipeline;
mod receipts;
mod report;
mod run;

pub use report::Report;
pub use run::{Asked, run};
