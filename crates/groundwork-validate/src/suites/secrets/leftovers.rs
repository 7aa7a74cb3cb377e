//! What a check leaves among the stack's own objects. All else is in the checks' namespace.

use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::{
    Api,
    api::{DeleteParams, ListParams},
};

use super::hello::HELLO;
use crate::{
    runner::{CheckFailure, Context},
    shared::{objects::plain, signals::SERVICE},
};

/// Removes what a check left among the stack's own objects.
pub(in crate::suites) async fn remove(context: &Context) -> Result<(), CheckFailure> {
    let cluster = context.cluster().await?;
    let ours = ListParams::default().labels(&format!("app.kubernetes.io/name={SERVICE}"));
    let at_once = DeleteParams::default().grace_period(0);
    let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), HELLO);
    let secrets: Api<Secret> = Api::namespaced(cluster.client().clone(), HELLO);
    pods.delete_collection(&at_once, &ours)
        .await
        .map_err(plain)?;
    secrets
        .delete_collection(&at_once, &ours)
        .await
        .map_err(plain)?;
    Ok(())
}
