//! The supervisor with the processes of this stack: the last step, after which the node lives.

use std::fs;

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    error::Error,
    node::Node,
    pki::Pki,
    processes::{self, Context, Process, Spec},
    service,
    state::{self, StateDir},
    stop,
};

/// Writes certificates and configuration, and has the supervisor run the processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {}

impl Action for Service {
    fn describe(&self) -> &'static str {
        "starts the node's processes"
    }

    fn is_done(&self, node: &Node) -> Result<bool, Error> {
        let state = &node.state;
        if !Pki::new(state).is_complete() {
            return Ok(false);
        }
        let processes = processes(node)?;
        let mut files = processes.iter().flat_map(|process| &process.files);
        let written: Option<Vec<Spec>> = state::read_json(&state.specs())?;
        Ok(
            files
                .all(|(path, content)| fs::read_to_string(path).is_ok_and(|text| text == *content))
                && written == Some(specs(&processes))
                && service::is_current(state)?,
        )
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        let state = &node.state;
        Pki::new(state).create()?;
        state::create_dir(&state.configs().join("cni"))?;
        state::create_dir(&state.path("containerd/tmp"))?;
        state::create_dir(&state.run().join("s"))?;
        state::create_dir(&state.etcd_sockets())?;
        state::create_dir(&state.records())?;
        let processes = processes(node)?;
        for (path, content) in processes.iter().flat_map(|process| &process.files) {
            state::write(path, content)?;
        }
        state::write_json(&state.specs(), &specs(&processes))?;
        // One that runs is told by `Node::up`.
        if service::is_current(state)? {
            return Ok(());
        }
        service::stop(state)?;
        service::start(state, &node.machine)
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        // Its data goes too: there is nothing to lose.
        stop::at_once(state)
    }
}

fn processes(node: &Node) -> Result<Vec<Process>, Error> {
    processes::all(&Context {
        state: &node.state,
        stack: &node.stack,
        machine: &node.machine,
    })
}

fn specs(processes: &[Process]) -> Vec<Spec> {
    processes
        .iter()
        .map(|process| process.spec.clone())
        .collect()
}
