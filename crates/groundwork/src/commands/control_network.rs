//! `control-network` (hidden): the node process that enforces network policies.

use std::{io, process::ExitCode};

use anyhow::Context;
use groundwork_network::Settings;

use crate::{cli::ControlNetwork, failure::Exit};

pub fn run(arguments: ControlNetwork) -> anyhow::Result<ExitCode> {
    // Its standard error is its log file.
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
    let ControlNetwork {
        kubeconfig,
        nft,
        socket,
        isolated,
    } = arguments;
    // It waits nearly always: one thread is enough.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build();
    runtime
        .context("cannot start the thread that watches the cluster")?
        .block_on(groundwork_network::run(Settings {
            kubeconfig,
            nft,
            socket,
            isolated,
        }))?;
    Ok(Exit::Done.into())
}
