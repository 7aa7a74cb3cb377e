//! Objects of the cluster as the checks handle them: made, named, and told in the API server's own words.

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Error as KubeError, Resource,
    api::{Patch, PatchParams},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::runner::CheckFailure;

/// Whose fields they are to the API server.
const MANAGER: &str = "groundwork-validate";

/// Makes the object called `name`, or makes it so.
pub(crate) async fn apply<K>(
    api: &Api<K>,
    name: &str,
    mut object: Value,
) -> Result<(), CheckFailure>
where
    K: Resource + Clone + Serialize + DeserializeOwned + std::fmt::Debug,
    K::DynamicType: Default,
{
    let kind = K::DynamicType::default();
    object["apiVersion"] = K::api_version(&kind).into();
    object["kind"] = K::kind(&kind).into();
    object["metadata"]["name"] = name.into();
    let params = PatchParams::apply(MANAGER).force();
    api.patch(name, &params, &Patch::Apply(object))
        .await
        .map_err(plain)?;
    Ok(())
}

/// The runtime's id of container `name`, and how often it was restarted.
pub(crate) fn container(pod: &Pod, name: &str) -> Result<(String, i32), CheckFailure> {
    let statuses = pod
        .status
        .as_ref()
        .and_then(|it| it.container_statuses.as_ref());
    let status = statuses.and_then(|statuses| statuses.iter().find(|it| it.name == name));
    let status = status.ok_or_else(|| format!("the pod has no container {name} yet"))?;
    let id = status.container_id.as_deref().unwrap_or_default();
    let id = id.rsplit('/').next().unwrap_or_default();
    if id.is_empty() {
        return Err("the pod's container was not started yet".into());
    }
    Ok((id.into(), status.restart_count))
}

/// The pod's name.
pub(crate) fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

/// An API error in the API server's own words.
pub(crate) fn plain(error: KubeError) -> CheckFailure {
    groundwork_apply::explain(&error).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_containers_id_is_known_without_the_runtimes_prefix() {
        let pod = serde_json::from_value(json!({"metadata": {}, "status": {"containerStatuses": [
            {"name": "a", "image": "", "imageID": "", "ready": true, "restartCount": 0,
             "containerID": "containerd://4567def"},
            {"name": "b", "image": "", "imageID": "", "ready": true, "restartCount": 2,
             "containerID": "containerd://0123abc"}]}}))
        .unwrap();
        assert_eq!(container(&pod, "b").unwrap(), ("0123abc".into(), 2));
        assert!(container(&pod, "a").is_ok());
        assert!(container(&pod, "c").is_err());
    }

    #[test]
    fn a_container_that_has_not_started_has_no_id() {
        let pod = serde_json::from_value(json!({"metadata": {}, "status": {}})).unwrap();
        assert!(container(&pod, "a").is_err());
    }
}
