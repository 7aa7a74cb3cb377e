//! What the stack costs: a benchmark a module.

mod cluster;
mod events;
mod figure;
mod observability;
mod rest;

pub use cluster::cluster;
pub use events::events;
pub use observability::observability;
