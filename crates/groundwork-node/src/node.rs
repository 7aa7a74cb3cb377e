//! A node: where it is, what it runs and on what machine.

use groundwork_contract::{Report, Stack};

use crate::{error::Error, images, machine::Machine, state::StateDir};

/// A node: where its files are, what it runs, on what machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where its files are.
    pub state: StateDir,
    /// What it runs.
    pub stack: Stack,
    /// What the machine can do.
    pub machine: Machine,
}

impl Node {
    /// Imports the images that containerd lacks, in the stack's order, and returns how many. containerd
    /// must be ready.
    ///
    /// # Errors
    /// [`Error::Command`] when an import fails.
    pub fn load_images(&self, report: &Report) -> Result<usize, Error> {
        images::load(&self.state, &self.stack, report)
    }
}
