//! Which node runs on this machine: it has room for one, because addresses, interfaces and control
//! groups have fixed names.

use std::{fs, path::PathBuf};

use groundwork_node::StateDir;

use super::check::Check;

const NAME: &str = "other nodes";

/// The node that this machine belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineNode {
    /// Its state directory.
    pub state_dir: PathBuf,
    /// Whether anything of it runs.
    pub runs: bool,
    /// Its supervisor's process id, when the supervisor lives.
    pub supervisor: Option<u32>,
}

impl MachineNode {
    /// `runs a node from /var/lib/groundwork (process 812)`.
    pub fn describe(&self) -> String {
        let place = self.state_dir.display();
        match (self.runs, self.supervisor) {
            (false, _) => format!("belongs to a stopped node in {place}"),
            (true, None) => format!("runs a node from {place}"),
            (true, Some(pid)) => format!("runs a node from {place} (process {pid})"),
        }
    }
}

/// The node that this machine belongs to, from whatever state directory.
pub fn machine_node(state: &StateDir) -> Option<MachineNode> {
    let state_dir = state.owner().ok()??;
    let status = groundwork_node::status(&StateDir::new(&state_dir)).ok();
    Some(MachineNode {
        runs: status.as_ref().is_some_and(crate::state::runs),
        supervisor: status.and_then(|status| status.supervisor_pid),
        state_dir,
    })
}

/// Whether process `pid` is in a control group of a node.
pub fn of_a_node(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|groups| names_a_node(&groups))
}

/// Whether these control groups (/proc/PID/cgroup) are a node's.
fn names_a_node(groups: &str) -> bool {
    groups
        .lines()
        .filter_map(|line| line.splitn(3, ':').last())
        .any(|group| group.split('/').any(|part| part == "groundwork"))
}

pub fn check(state: &StateDir) -> Check {
    verdict(state, machine_node(state))
}

fn verdict(state: &StateDir, node: Option<MachineNode>) -> Check {
    match node.filter(|node| node.state_dir != state.root()) {
        None => Check::ok(NAME, "none"),
        Some(node) => Check::fail(
            NAME,
            format!("this machine {}", node.describe()),
            format!(
                "use that one, or remove it: groundwork destroy --yes --state-dir {}",
                node.state_dir.display()
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn another_node_is_named_and_ones_own_is_not() {
        let node = MachineNode {
            state_dir: "/other".into(),
            runs: true,
            supervisor: Some(7),
        };
        let check = verdict(&StateDir::new("/mine"), Some(node.clone()));
        assert_eq!(check.status, Status::Fail);
        assert_eq!(
            check.found,
            "this machine runs a node from /other (process 7)"
        );
        let own = verdict(&StateDir::new("/other"), Some(node));
        assert_eq!(own.status, Status::Ok);
    }

    #[test]
    fn a_node_process_is_known_by_its_control_group() {
        assert!(names_a_node("4:memory:/groundwork/node/etcd\n0::/\n"));
        assert!(names_a_node("0::/groundwork/kubepods/pod1\n"));
        assert!(!names_a_node("0::/system.slice/groundwork-like.service\n"));
    }
}
