//! Errors as people read them, the same in every program.

mod chain;
mod exit;
mod failure;
mod indented;
mod remedy;

pub use chain::chain;
pub use exit::Exit;
pub use failure::Failure;
pub use indented::indented;
pub use remedy::{Advice, Ask, Remedy, ask};
