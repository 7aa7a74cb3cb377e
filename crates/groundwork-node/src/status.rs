//! How the node is.

use groundwork_contract::ComponentState;

use crate::{
    error::Error,
    memory::memory,
    processes::Spec,
    state::{self, StateDir},
    supervisor::{
        protocol::{ProcessState, Request, ask},
        record::{self, Record},
    },
};

/// How the node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeStatus {
    /// The supervisor's process id while it runs.
    pub supervisor_pid: Option<u32>,
    /// The node's processes; none when there is no node here or nothing of it runs.
    pub processes: Vec<ComponentState>,
    /// Nothing runs, though no `down` was asked for: the machine has been booted since.
    pub rebooted: bool,
}

/// Looks at the node of `state`. It works without a stack and without a supervisor.
///
/// # Errors
/// [`Error::File`] or [`Error::Damaged`] when its files cannot be read.
pub fn status(state: &StateDir) -> Result<NodeStatus, Error> {
    let stopped = NodeStatus {
        supervisor_pid: None,
        processes: vec![],
        rebooted: false,
    };
    // The claim on the machine does not outlive a reboot.
    match state.owner()? {
        Some(owner) if owner == state.root() => {}
        owner => {
            return Ok(NodeStatus {
                rebooted: owner.is_none() && state.wanted().exists(),
                ..stopped
            });
        }
    }
    if let Ok(answer) = ask(state, &Request::Status) {
        return Ok(NodeStatus {
            supervisor_pid: Some(answer.pid),
            processes: answer.processes.iter().map(supervised).collect(),
            rebooted: false,
        });
    }
    let running: Vec<Record> = record::all(state);
    let running: Vec<_> = running.iter().filter(|record| record.is_alive()).collect();
    if running.is_empty() {
        return Ok(stopped);
    }
    let specs: Vec<Spec> = state::read_json(&state.specs())?.unwrap_or_default();
    let component = |spec: &Spec| {
        let record = running.iter().find(|record| record.spec.name == spec.name);
        unsupervised(&spec.name, record.copied())
    };
    Ok(NodeStatus {
        supervisor_pid: None,
        processes: specs.iter().map(component).collect(),
        rebooted: false,
    })
}

fn supervised(process: &ProcessState) -> ComponentState {
    ComponentState {
        name: process.name.clone(),
        ready: process.ready,
        restarts: process.restarts,
        memory_bytes: process.pid.map_or(0, memory),
        reason: process.reason.clone(),
    }
}

fn unsupervised(name: &str, record: Option<&Record>) -> ComponentState {
    ComponentState {
        name: name.into(),
        ready: false,
        restarts: record.map_or(0, |record| record.restarts),
        memory_bytes: record.map_or(0, |record| memory(record.pid)),
        reason: match record {
            Some(_) => "runs, but its supervisor does not".into(),
            None => "does not run".into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_directory_without_a_node_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let status = status(&StateDir::new(folder.path())).unwrap();
        assert_eq!(status.supervisor_pid, None);
        assert!(status.processes.is_empty());
        assert!(!status.rebooted);
    }

    #[test]
    fn a_node_that_was_wanted_and_has_lost_the_machine_was_stopped_by_a_reboot() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        state::write(&state.wanted(), "").unwrap();
        // A machine that runs another node has not been booted without it.
        let expected = state.owner().unwrap().is_none();
        assert_eq!(status(&state).unwrap().rebooted, expected);
    }
}
