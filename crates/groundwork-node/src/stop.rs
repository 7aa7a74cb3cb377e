//! Ends everything that runs and keeps the data. It works without supervisor and records: the
//! cgroups say what is ours.

use std::{collections::BTreeSet, time::Duration};

use groundwork_process::wait::Wait;
use procfs::process::Process;
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    cgroup::{self, Cgroups},
    error::Error,
    mounts, service,
    state::{self, StateDir},
};

/// Processes that end together; each group after the one before. The kubelet goes first, or it
/// would start again what is ended, and the store goes last.
const ORDER: [&[&str]; 3] = [
    &["kubelet"],
    &[
        "kube-proxy",
        "network-controller",
        "kube-scheduler",
        "kube-controller-manager",
        "kube-apiserver",
    ],
    &["etcd", "containerd"],
];

/// How long a node process may take to end.
const PROCESS_GRACE: Duration = Duration::from_secs(10);
/// How long the pods' containers may take; Kubernetes gives 30 s, but here a person waits. A shell
/// that runs as the first process of a container never hears the request at all.
const POD_GRACE: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_millis(20);

/// Asks everything to end in an order that loses nothing.
pub fn gracefully(state: &StateDir) -> Result<(), Error> {
    service::stop(state)?;
    let cgroups = Cgroups::detect()?;
    let [kubelet, control_plane, last] = ORDER.map(|names| names.iter().map(|name| group(name)));
    end(
        &cgroups,
        &kubelet.collect::<Vec<_>>(),
        PROCESS_GRACE,
        |_| true,
    )?;
    // The pods need nothing of the control plane to end.
    let pods = control_plane.chain([cgroup::PODS.into()]);
    end(&cgroups, &pods.collect::<Vec<_>>(), POD_GRACE, is_in_charge)?;
    end(&cgroups, &last.collect::<Vec<_>>(), PROCESS_GRACE, |_| true)?;
    at_once(state)
}

/// Ends whatever still runs, and clears what it leaves until a reboot: mounts, sockets, the pods'
/// addresses.
pub fn at_once(state: &StateDir) -> Result<(), Error> {
    service::stop(state)?;
    Cgroups::detect()?.kill(cgroup::ROOT)?;
    mounts::unmount_below(&[state.root().into(), state.run()])?;
    clear_run(state)
}

/// Asks the processes of `groups` that `asked` picks to end, and ends the rest after `grace`.
fn end(
    cgroups: &Cgroups,
    groups: &[String],
    grace: Duration,
    asked: fn(i32) -> bool,
) -> Result<(), Error> {
    let pids = || -> BTreeSet<i32> {
        groups
            .iter()
            .flat_map(|group| cgroups.pids(group))
            .collect()
    };
    for pid in pids().into_iter().filter(|pid| asked(*pid)) {
        if let Some(pid) = Pid::from_raw(pid) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
    // The rest is killed afterwards, so this may run out of time.
    let end = Wait::new("a graceful end", grace).exactly().every(EVERY);
    let _ = end
        .until(|| match pids().len() {
            0 => Ok(()),
            count => Err(format!("{count} processes are left")),
        })
        .block();
    groups.iter().try_for_each(|group| cgroups.kill(group))
}

/// The first process of a container, or one of the node's: the others are told by it.
fn is_in_charge(pid: i32) -> bool {
    let status = Process::new(pid).and_then(|process| process.status());
    let inner = status.ok().and_then(|status| status.nspid);
    match inner.as_deref() {
        Some([_, .., last]) => *last == 1,
        _ => true,
    }
}

/// Removes sockets and records; the claim, the receipt's copy and the supervisor's lock stay.
fn clear_run(state: &StateDir) -> Result<(), Error> {
    let stay = [
        state.owner_file(),
        state.receipt_copy(),
        state.supervisor_lock(),
    ];
    let entries = std::fs::read_dir(state.run()).into_iter().flatten();
    for entry in entries
        .flatten()
        .filter(|entry| !stay.contains(&entry.path()))
    {
        state::remove(&entry.path())?;
    }
    Ok(())
}

fn group(name: &str) -> String {
    format!("{}/{name}", cgroup::NODE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_outside_any_container_is_in_charge_of_itself() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let status = Process::myself().unwrap().status().unwrap();
        let own_namespace = status.nspid.is_some_and(|pids| pids.len() > 1);
        assert!(own_namespace || is_in_charge(pid));
    }

    #[test]
    fn no_process_is_left_out_of_the_order() {
        let names: BTreeSet<_> = ORDER.iter().copied().flatten().collect();
        assert_eq!(names.len(), 8);
    }
}
