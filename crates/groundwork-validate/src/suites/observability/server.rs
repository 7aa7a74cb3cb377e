//! The servers that are ended, and their pods.

use std::time::Duration;

use groundwork_contract::role;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};

use crate::{
    runner::{CheckFailure, Context},
    shared::{
        node,
        objects::{container, plain},
        wait::wait_for,
    },
};

/// For one that was killed to be started again, and to have taken what came meanwhile.
pub(super) const BACK: Duration = Duration::from_secs(30);

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Prometheus,
    VictoriaLogs,
    Jaeger,
    Collector,
}

impl Server {
    fn role(self) -> &'static str {
        match self {
            Self::Prometheus => role::METRICS,
            Self::VictoriaLogs => role::LOGS,
            Self::Jaeger => role::TRACES,
            Self::Collector => role::COLLECTOR,
        }
    }
}

/// Ends the server's process with `signal`, once there is one.
pub(super) async fn end(
    context: &Context,
    server: Server,
    signal: &str,
) -> Result<(), CheckFailure> {
    wait_for("its process", BACK, async || {
        let (id, _) = container(
            &pod(context, server).await?,
            context.workload(server.role())?.0,
        )?;
        node::signal_container(context, &id, signal).await
    })
    .await
}

/// How often the server's container was started again.
pub(super) async fn restarts(context: &Context, server: Server) -> Result<i32, CheckFailure> {
    Ok(container(
        &pod(context, server).await?,
        context.workload(server.role())?.0,
    )?
    .1)
}

async fn pod(context: &Context, server: Server) -> Result<Pod, CheckFailure> {
    let (name, namespace) = context.workload(server.role())?;
    let client = context.cluster().await?.client().clone();
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    let params = ListParams::default().labels(&format!("app.kubernetes.io/name={name}"));
    let pods = pods.list(&params).await.map_err(plain)?;
    let pod = pods.items.into_iter().next();
    pod.ok_or_else(|| format!("{name} has no pod").into())
}
