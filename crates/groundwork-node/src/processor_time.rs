//! Who uses the machine's processors.

use std::time::Duration;

use procfs::{CurrentSI, KernelStats, process::Process, ticks_per_second};

use crate::cgroup::{self, Cgroups};

/// Processor time that has been used since the machine and the node were started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessorTime {
    /// By everything; what a hypervisor withheld counts, too.
    pub all: Duration,
    /// By the node with its pods, and by this process with the programs that it has run.
    pub ours: Duration,
}

impl ProcessorTime {
    /// As it is now; none where no cgroup counts the node's.
    pub fn now() -> Option<Self> {
        let seconds =
            |ticks: u64| Duration::from_secs_f64(ticks as f64 / ticks_per_second() as f64);
        let total = KernelStats::current().ok()?.total;
        // Guests' time is in `user` and `nice` already.
        let busy = [
            total.user,
            total.nice,
            total.system,
            total.irq.unwrap_or(0),
            total.softirq.unwrap_or(0),
            total.steal.unwrap_or(0),
        ];
        let me = Process::myself().and_then(|me| me.stat()).ok()?;
        let children = (me.cutime + me.cstime).max(0) as u64;
        let node = Cgroups::detect().ok()?.processor_time(cgroup::ROOT)?;
        Some(Self {
            all: seconds(busy.iter().sum()),
            ours: seconds(me.utime + me.stime + children) + node,
        })
    }
}
