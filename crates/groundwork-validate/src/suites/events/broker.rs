//! The broker's pod.

use std::time::Duration;

use groundwork_contract::role;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;

use crate::{
    runner::{CheckFailure, Context},
    shared::{
        node,
        objects::{container, plain},
        wait::wait_for,
    },
};

/// For the broker to take records again: a restart with its back-off, recovery included.
pub(super) const BACK: Duration = Duration::from_secs(60);

/// The broker's one pod.
pub(super) fn pod_name(context: &Context) -> Result<String, CheckFailure> {
    Ok(format!("{}-0", context.workload(role::EVENT_BUS)?.0))
}

/// Ends the broker's process as the kernel would.
pub(super) async fn kill(context: &Context) -> Result<(), CheckFailure> {
    let pods = pods(context).await?;
    // While it is being restarted there is nothing to kill.
    wait_for("the broker's process", BACK, async || {
        let pod = pods.get(&pod_name(context)?).await.map_err(plain)?;
        let (id, _) = container(&pod, context.workload(role::EVENT_BUS)?.0)?;
        node::kill_container(context, &id).await
    })
    .await
}

/// How often the broker's container was started again.
pub(super) async fn restarts(context: &Context) -> Result<i32, CheckFailure> {
    let pod = pods(context)
        .await?
        .get(&pod_name(context)?)
        .await
        .map_err(plain)?;
    Ok(container(&pod, context.workload(role::EVENT_BUS)?.0)?.1)
}

pub(super) async fn pods(context: &Context) -> Result<Api<Pod>, CheckFailure> {
    let cluster = context.cluster().await?;
    Ok(Api::namespaced(
        cluster.client().clone(),
        context.workload(role::EVENT_BUS)?.1,
    ))
}
