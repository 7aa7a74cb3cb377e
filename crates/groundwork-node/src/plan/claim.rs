//! The claim on the machine: bridges, cgroups and ports have fixed names, so there is one node.

use std::{fs, os::unix::fs::symlink};

use serde::{Deserialize, Serialize};

use super::Action;
use crate::{
    error::{Error, at},
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
        let linked = fs::read_link(node.state.volumes_link());
        Ok(node.state.is_owner()? && linked.is_ok_and(|target| target == node.state.volumes()))
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        let state = &node.state;
        state::create_dir(&state.run())?;
        let owner = format!("{}\n", state.root().display());
        state::write(&state.owner_file(), &owner)?;
        let link = state.volumes_link();
        state::remove(&link)?;
        symlink(state.volumes(), &link).map_err(at("make", &link))
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        state::remove(&state.run())
    }
}
