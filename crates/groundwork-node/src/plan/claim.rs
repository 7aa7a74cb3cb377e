//! The claim on the machine: bridges, cgroups and ports have fixed names, so there is one node.

use serde::{Deserialize, Serialize};

use super::Action;
use crate::{
    error::Error,
    node::Node,
    state::{self, StateDir},
};

/// Writes down whose node this machine runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {}

/// Refuses when the machine runs the node of another state directory.
pub fn check(state: &StateDir) -> Result<(), Error> {
    match state.owner()? {
        Some(owner) if owner != state.root() => Err(Error::Owned { owner }),
        _ => Ok(()),
    }
}

impl Action for Claim {
    fn describe(&self) -> &'static str {
        "claims the machine"
    }

    fn is_done(&self, node: &Node) -> Result<bool, Error> {
        node.state.is_owner()
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        let state = &node.state;
        state::create_dir(&state.run())?;
        let owner = format!("{}\n", state.root().display());
        state::write(&state.owner_file(), &owner)
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        state::remove(&state.run())
    }
}
