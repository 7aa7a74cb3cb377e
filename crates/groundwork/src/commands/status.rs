//! `status`: what runs, as text or JSON. Exits with 0 whatever the state is; the answer tells it.

use std::{process::ExitCode, time::Duration};

use groundwork_apply::{Cluster, Endpoint};
use groundwork_node::StateDir;
use groundwork_stack::Component;

use crate::{
    cli::Global,
    failure::Exit,
    output, root,
    state::{Status, runs},
};

/// For the cluster to answer; one that does not is a state too, and is told without a long wait.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(global: &Global, json: bool) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = StateDir::new(&global.state_dir);
    let node = groundwork_node::status(&state)?;
    let workloads = if runs(&node) {
        super::runtime()?.block_on(workloads(&state))
    } else {
        Err("the node does not run".into())
    };
    let status = Status::fold(node, workloads);
    if json {
        output::json(&status)?;
    } else {
        for line in status.lines() {
            output::line(line);
        }
    }
    Ok(Exit::Done.into())
}

async fn workloads(state: &StateDir) -> Result<(Vec<Component>, Vec<Endpoint>), String> {
    let ask = async {
        let cluster = Cluster::connect(&state.kubeconfig()).await?;
        Ok((cluster.components().await?, cluster.endpoints().await?))
    };
    match tokio::time::timeout(PATIENCE, ask).await {
        Ok(answer) => answer.map_err(|error: groundwork_apply::Error| error.to_string()),
        Err(_) => Err(format!(
            "the cluster did not answer within {} s",
            PATIENCE.as_secs()
        )),
    }
}
