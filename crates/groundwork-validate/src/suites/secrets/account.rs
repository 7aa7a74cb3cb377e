//! A service account without rights, in the checks' namespace.

use groundwork_apply::Cluster;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Api;
use serde_json::json;

use super::own::name;
use crate::{
    runner::CheckFailure,
    shared::{
        namespace::{self, NAMESPACE},
        objects::apply,
    },
};

/// Makes the checks' namespace with a service account that has no rights, and returns its name.
pub(super) async fn create(cluster: &Cluster) -> Result<String, CheckFailure> {
    namespace::ensure(cluster).await?;
    let account = name();
    let accounts: Api<ServiceAccount> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    apply(&accounts, &account, json!({})).await?;
    Ok(account)
}

/// How the API server calls the service account.
pub(super) fn user_name(account: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{account}")
}
