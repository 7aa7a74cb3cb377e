//! What this machine can do. It looks; it changes nothing.

use std::path::Path;

use rustix::thread::CapabilitySet;

use crate::{
    cgroup::{CgroupVersion, Cgroups},
    error::Error,
};

/// What this machine can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Which generation of cgroups its controllers belong to.
    pub cgroup: CgroupVersion,
    /// May lower a process's OOM score and raise limits (CAP_SYS_RESOURCE); containers often may not.
    pub can_raise_oom: bool,
    /// systemd runs as the service manager.
    pub systemd: bool,
    /// Processors.
    pub cpus: usize,
}

impl Machine {
    /// Looks at the machine.
    ///
    /// # Errors
    /// [`Error::NoCgroup`] when no cgroup hierarchy is mounted.
    pub fn detect() -> Result<Self, Error> {
        let may_raise = rustix::thread::capabilities(None)
            .is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_RESOURCE));
        Ok(Self {
            cgroup: Cgroups::detect()?.version(),
            can_raise_oom: may_raise,
            // As sd_booted(3) decides it.
            systemd: Path::new("/run/systemd/system").is_dir(),
            cpus: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }
}
