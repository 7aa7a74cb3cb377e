//! What every step of the plan can do.

use crate::{error::Error, node::Node, state::StateDir};

/// One step: its size is what can be undone on its own.
pub trait Action {
    /// What it does, in a few words.
    fn describe(&self) -> &'static str;
    /// Whether there is nothing to do.
    fn is_done(&self, node: &Node) -> Result<bool, Error>;
    /// Does it. What was done halfway before is completed.
    fn execute(&self, node: &Node) -> Result<(), Error>;
    /// Undoes it, however far it got; needs no stack.
    fn revert(&self, state: &StateDir) -> Result<(), Error>;
}
