//! `supervise` (hidden): the background process that keeps the node's processes running.

use std::{io, process::ExitCode};

use crate::{cli::Global, failure::Exit};

pub fn run(global: &Global) -> anyhow::Result<ExitCode> {
    // Its standard error is the supervisor's log file.
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
    groundwork_node::supervise(&groundwork_node::StateDir::new(&global.state_dir))?;
    Ok(Exit::Done.into())
}
