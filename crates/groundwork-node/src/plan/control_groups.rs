//! The cgroups of the node's processes; those of the pods are made by the kubelet.

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    cgroup::{self, Cgroups},
    error::Error,
    node::Node,
    state::StateDir,
};

/// Makes our cgroups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlGroups {}

impl Action for ControlGroups {
    fn describe(&self) -> &'static str {
        "makes cgroups"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        let cgroups = Cgroups::detect()?;
        Ok(cgroups.exists(cgroup::NODE) && cgroups.exists(cgroup::SHIMS))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        let cgroups = Cgroups::detect()?;
        cgroups.create(cgroup::NODE)?;
        cgroups.create(cgroup::SHIMS)
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        let cgroups = Cgroups::detect()?;
        cgroups.kill(cgroup::ROOT)?;
        cgroups.remove(cgroup::ROOT)
    }
}
