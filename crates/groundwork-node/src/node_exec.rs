//! The last steps of a node process before it becomes its program.

use std::{ffi::OsString, fs};

use groundwork_process::exec::Command;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{
    cgroup::{self, Cgroups},
    error::{Error, at},
};

/// Open files that a node process may have: what systemd gives such services elsewhere.
const OPEN_FILES: u64 = 1 << 20;

/// What to become, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeExec {
    /// The process's name; it enters the cgroup of that name.
    pub cgroup: String,
    /// Its OOM score adjustment.
    pub oom_score: Option<i32>,
    /// The program and its arguments.
    pub command: Vec<OsString>,
}

/// Enters the cgroup and becomes the program; returns only when that fails.
#[must_use]
pub fn node_exec(request: NodeExec) -> Error {
    if let Err(error) = prepare(&request) {
        return error;
    }
    let mut words = request.command.into_iter();
    Command::new(words.next().unwrap_or_default())
        .args(words)
        .exec()
        .into()
}

fn prepare(request: &NodeExec) -> Result<(), Error> {
    groundwork_process::exec::detach();
    Cgroups::detect()?.join(&format!("{}/{}", cgroup::NODE, request.cgroup))?;
    raise_open_files();
    if let Some(score) = request.oom_score {
        let file = "/proc/self/oom_score_adj";
        fs::write(file, score.to_string()).map_err(at("write", file))?;
    }
    Ok(())
}

/// As far as the machine lets us.
fn raise_open_files() {
    let raised = Rlimit {
        current: Some(OPEN_FILES),
        maximum: Some(OPEN_FILES),
    };
    if setrlimit(Resource::Nofile, raised).is_err() {
        let limit = getrlimit(Resource::Nofile);
        let full = Rlimit {
            current: limit.maximum,
            ..limit
        };
        // Not being allowed even that leaves the limit as it is: the process reports its own need.
        let _ = setrlimit(Resource::Nofile, full);
    }
}
