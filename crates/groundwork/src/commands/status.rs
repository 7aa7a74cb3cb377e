//! `status`: what runs, as text or JSON; exit 1 when something of it is not ready.

use std::{process::ExitCode, time::Duration};

use groundwork_apply::{Cluster, Endpoint};
use groundwork_contract::{Component, ComponentState, role};
use groundwork_node::StateDir;

use crate::{
    canary,
    cli::Global,
    doctor,
    failure::Exit,
    given, network, output, root, runtime,
    state::{State, Status, runs},
};

/// For the cluster to answer; one that does not is a state too, and is told without a long wait.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(global: &Global, json: bool) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = StateDir::new(&global.state_dir);
    let node = groundwork_node::status(&state)?;
    let status = if runs(&node) {
        let stack = given::stack_if_any(global)?;
        let canary = stack.as_ref().and_then(|it| it.of_role(role::CANARY).ok());
        let workloads = runtime::new()?.block_on(workloads(&state, canary));
        // Without a cluster that answers, nobody says where the stack does.
        let endpoints = workloads
            .as_ref()
            .map_or(&[][..], |(_, endpoints)| endpoints);
        let network = network::component(&state, stack.as_ref(), endpoints);
        Status::fold(node, network, workloads)
    } else {
        Status::stopped(node)
    };
    if json {
        output::json(&status)?;
    } else {
        for line in status.lines() {
            output::line(line);
        }
        let taken = match status.state {
            State::Stopped => None,
            State::Running | State::Degraded => doctor::taken(&status.endpoints),
        };
        if let Some(check) = taken {
            output::note(format!("warning: {}\nhint: {}", check.found, check.fix));
        }
    }
    Ok(match status.state {
        State::Degraded => Exit::Failed,
        State::Running | State::Stopped => Exit::Done,
    }
    .into())
}

async fn workloads(
    state: &StateDir,
    canary: Option<&Component>,
) -> Result<(Vec<ComponentState>, Vec<Endpoint>), String> {
    let ask = async {
        let cluster = Cluster::connect(&state.kubeconfig()).await?;
        let components = cluster.components().await?;
        let endpoints = cluster.endpoints().await?;
        Ok((cluster, components, endpoints))
    };
    let answer = match tokio::time::timeout(PATIENCE, ask).await {
        Ok(answer) => answer.map_err(|error: groundwork_apply::Error| error.to_string()),
        Err(_) => Err(format!(
            "the cluster did not answer within {} s",
            PATIENCE.as_secs()
        )),
    };
    let (cluster, mut components, endpoints) = answer?;
    // It has a time of its own: a canary that hangs must not hide the others.
    if let Some(canary) = canary {
        canary::look(&cluster, canary, &mut components).await;
    }
    Ok((components, endpoints))
}
