//! The namespace in which the checks make what they need. It goes when they are through.

use std::time::Duration;

use groundwork_apply::Cluster;
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, Error as KubeError, api::DeleteParams};
use serde_json::json;

use super::{
    objects::{apply, plain},
    wait::wait_for,
};
use crate::runner::{CheckFailure, Context};

/// Where the checks work. It lies outside the stack, so it is without the stack's label.
pub(crate) const NAMESPACE: &str = "groundwork-validate";

/// How long the namespace may take to go.
const GONE: Duration = Duration::from_secs(60);

/// Makes the namespace, or finds it.
pub(crate) async fn ensure(cluster: &Cluster) -> Result<(), CheckFailure> {
    // What an earlier run was cut off from removing may still be going.
    let namespaces: Api<Namespace> = Api::all(cluster.client().clone());
    let there = namespaces.get_opt(NAMESPACE).await.map_err(plain)?;
    if there.is_some_and(|it| it.metadata.deletion_timestamp.is_some()) {
        gone(&namespaces).await?;
    }
    apply(&namespaces, NAMESPACE, json!({})).await
}

/// Removes the namespace with all that is in it, and waits until it is gone.
pub(crate) async fn remove(context: &Context) -> Result<(), CheckFailure> {
    let cluster = context.cluster().await?;
    let namespaces: Api<Namespace> = Api::all(cluster.client().clone());
    match namespaces.delete(NAMESPACE, &DeleteParams::default()).await {
        Err(KubeError::Api(response)) if response.code == 404 => return Ok(()),
        other => other.map_err(plain)?,
    };
    gone(&namespaces).await
}

async fn gone(namespaces: &Api<Namespace>) -> Result<(), CheckFailure> {
    wait_for("the checks' namespace", GONE, async || {
        match namespaces.get_opt(NAMESPACE).await.map_err(plain)? {
            None => Ok(()),
            Some(_) => Err("it is still being removed".into()),
        }
    })
    .await
}
