//! `node-exec` (hidden): enters a control group and becomes a node process.

use std::process::ExitCode;

use crate::cli::NodeExec;

pub fn run(arguments: NodeExec) -> anyhow::Result<ExitCode> {
    let NodeExec {
        cgroup,
        oom_score,
        command,
    } = arguments;
    Err(groundwork_node::node_exec(groundwork_node::NodeExec {
        cgroup,
        oom_score,
        command,
    })
    .into())
}
