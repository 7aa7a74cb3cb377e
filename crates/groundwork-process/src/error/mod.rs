//! Errors as people read them, the same in every program.

mod chain;
mod indented;

pub use chain::chain;
pub use indented::indented;
