//! The stack that is measured, and what the benchmark's own writers are called there.

use std::{path::PathBuf, time::Duration};

use groundwork_contract::{Component, Stack};
use groundwork_node::StateDir;

/// The service and the namespace of what the benchmark writes.
pub(super) const NAME: &str = "groundwork-bench";
/// How long everything is measured at rest, and how long each load lasts.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// A stack that runs.
pub(super) struct Running {
    pub(super) state: StateDir,
    pub(super) stack: Stack,
}

impl Running {
    pub(super) fn new(state_dir: PathBuf, stack: Stack) -> Self {
        Self {
            state: StateDir::new(state_dir),
            stack,
        }
    }

    /// Where its component of `role` answers on this machine.
    pub(super) fn endpoint(&self, role: &str) -> anyhow::Result<&str> {
        Ok(self.stack.of_role(role)?.endpoint()?)
    }
}

/// A component's name as figures have it.
pub(super) fn figure_name(component: &Component) -> String {
    component.name.replace('-', "_")
}
