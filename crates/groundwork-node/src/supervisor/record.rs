//! Records of running node processes, so that a new supervisor finds those of a killed one.

use std::{fs, time::Duration};

use procfs::{Current, process::Process};
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    processes::Spec,
    state::{self, StateDir},
};

/// A running process: enough to know it again and to tell whether it is still what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What it was started from.
    pub spec: Spec,
    /// Its process id.
    pub pid: u32,
    /// When it was started, in clock ticks since boot: process ids are used again.
    pub start_time: u64,
    /// How often it was started again before.
    pub restarts: u32,
}

impl Record {
    /// Describes the process `pid` that has just been started from `spec`.
    pub fn of(spec: Spec, pid: u32, restarts: u32) -> Self {
        Self {
            spec,
            pid,
            start_time: start_time(pid).unwrap_or_default(),
            restarts,
        }
    }

    /// Whether the process still runs.
    pub fn is_alive(&self) -> bool {
        start_time(self.pid) == Some(self.start_time)
    }

    /// Writes it down.
    pub fn save(&self, state: &StateDir) -> Result<(), Error> {
        state::write_json(&file(state, &self.spec.name), self)
    }
}

/// Forgets the process `name`.
pub fn forget(state: &StateDir, name: &str) -> Result<(), Error> {
    state::remove(&file(state, name))
}

/// All records, of live and dead processes. A damaged one is left out: its process is then found
/// by its cgroup and ended.
pub fn all(state: &StateDir) -> Vec<Record> {
    let entries = fs::read_dir(state.records()).into_iter().flatten();
    entries
        .flatten()
        .filter_map(|entry| state::read_json(&entry.path()).ok().flatten())
        .collect()
}

/// How long process `pid` has been running; `None` when it has ended.
pub fn age(pid: u32) -> Option<Duration> {
    let uptime = procfs::Uptime::current().ok()?.uptime_duration();
    let ticks = start_time(pid)?;
    let started = Duration::from_millis(ticks * 1000 / procfs::ticks_per_second());
    Some(uptime.saturating_sub(started))
}

fn process(pid: u32) -> Option<Process> {
    Process::new(i32::try_from(pid).ok()?).ok()
}

/// When the process was started; `None` when it has ended, even if nobody has waited for it yet.
fn start_time(pid: u32) -> Option<u64> {
    let stat = process(pid)?.stat().ok()?;
    (stat.state != 'Z').then_some(stat.starttime)
}

fn file(state: &StateDir, name: &str) -> std::path::PathBuf {
    state.records().join(format!("{name}.json"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::processes::Probe;

    #[test]
    fn another_process_with_the_same_number_is_not_taken_for_ours() {
        let spec = Spec {
            name: "test".into(),
            program: "/bin/test".into(),
            args: vec![],
            env: BTreeMap::new(),
            inputs: String::new(),
            after: vec![],
            probe: Probe::Socket("/socket".into()),
            oom_score: None,
            grace: Duration::ZERO,
        };
        let mut record = Record::of(spec, std::process::id(), 0);
        assert!(record.is_alive());
        record.start_time += 1;
        assert!(!record.is_alive());
    }
}
