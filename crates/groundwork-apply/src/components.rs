//! The workloads that we applied, as `status` shows them, and the memory of all pods.

use std::collections::BTreeMap;

use futures::future::{try_join, try_join_all};
use groundwork_contract::ComponentState;
use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment, StatefulSet},
    core::v1::{Node, Pod},
};
use kube::{
    Api, Error as KubeError,
    api::{ApiResource, DynamicObject, ListParams},
};
use serde::Deserialize;

use crate::{
    Cluster, Error, MANAGED_BY,
    error::failed,
    pods::{pods_of, statuses, trouble},
    status::{Status, readiness},
};

/// The kinds whose objects are shown as components.
pub(crate) fn workloads() -> [ApiResource; 3] {
    [
        ApiResource::erase::<DaemonSet>(&()),
        ApiResource::erase::<Deployment>(&()),
        ApiResource::erase::<StatefulSet>(&()),
    ]
}

/// What the kubelet measures; only the part that is needed.
#[derive(Deserialize)]
struct Summary {
    #[serde(default)]
    pods: Vec<PodStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodStats {
    pod_ref: PodRef,
    #[serde(default)]
    containers: Vec<ContainerStats>,
}

#[derive(Deserialize)]
struct PodRef {
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct ContainerStats {
    memory: Option<MemoryStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoryStats {
    rss_bytes: Option<u64>,
}

impl Cluster {
    /// Every workload that we applied, by name.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn components(&self) -> Result<Vec<ComponentState>, Error> {
        let params = ListParams::default().labels(MANAGED_BY);
        let kinds = workloads();
        let lists = kinds.iter().map(|kind| {
            let api: Api<DynamicObject> = Api::all_with(self.client().clone(), kind);
            let params = &params;
            async move { Ok((kind.kind.as_str(), api.list(params).await?)) }
        });
        let everywhere = ListParams::default();
        let pods: Api<Pod> = Api::all(self.client().clone());
        let (lists, pods) = try_join(try_join_all(lists), pods.list(&everywhere))
            .await
            .map_err(failed("list the workloads"))?;
        // Without a kubelet nothing is measured, but the workloads are still there to be shown.
        let memory = self.pod_memory().await.unwrap_or_default();
        let mut components: Vec<_> = lists
            .iter()
            .flat_map(|(kind, list)| {
                list.iter()
                    .map(|object| component(kind, object, &pods.items, &memory))
            })
            .collect();
        components.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(components)
    }

    /// Resident memory in bytes of every pod, under `namespace/name`, as the kubelets measure it.
    ///
    /// # Errors
    /// [`Error::Request`], also when a kubelet does not answer.
    pub async fn pod_memory(&self) -> Result<BTreeMap<String, u64>, Error> {
        let client = self.client();
        let measure = async {
            let nodes: Api<Node> = Api::all(client.clone());
            let nodes = nodes.list_metadata(&ListParams::default()).await?;
            let summaries = nodes.into_iter().map(|node| async move {
                let name = node.metadata.name.unwrap_or_default();
                let path =
                    format!("/api/v1/nodes/{name}/proxy/stats/summary?only_cpu_and_memory=true");
                let request = http::Request::get(path)
                    .body(vec![])
                    .map_err(KubeError::HttpError)?;
                client.request::<Summary>(request).await
            });
            try_join_all(summaries).await
        };
        let summaries = measure
            .await
            .map_err(failed("read the pods' memory from the kubelet"))?;
        Ok(summaries.into_iter().flat_map(by_pod).collect())
    }
}

fn by_pod(summary: Summary) -> impl Iterator<Item = (String, u64)> {
    summary.pods.into_iter().map(|pod| {
        let measured = pod
            .containers
            .iter()
            .filter_map(|it| it.memory.as_ref()?.rss_bytes);
        let name = format!("{}/{}", pod.pod_ref.namespace, pod.pod_ref.name);
        (name, measured.sum())
    })
}

fn component(
    kind: &str,
    object: &DynamicObject,
    pods: &[Pod],
    memory: &BTreeMap<String, u64>,
) -> ComponentState {
    let pods: Vec<_> = pods_of(object, pods).collect();
    let memory_of = |pod: &&Pod| {
        let namespace = pod.metadata.namespace.as_deref()?;
        let name = pod.metadata.name.as_deref()?;
        memory.get(&format!("{namespace}/{name}"))
    };
    let restarts = pods.iter().flat_map(|pod| statuses(pod));
    let restarts: i32 = restarts.map(|container| container.restart_count).sum();
    let reason = match readiness(kind, object) {
        Status::Ready => String::new(),
        Status::Waiting(words) | Status::Failed(words) => {
            match pods.iter().find_map(|pod| trouble(pod)) {
                Some(trouble) => format!("{words}: {trouble}"),
                None => words,
            }
        }
    };
    ComponentState {
        name: object.metadata.name.clone().unwrap_or_default(),
        ready: reason.is_empty(),
        restarts: restarts.try_into().unwrap_or_default(),
        memory_bytes: pods.iter().filter_map(memory_of).sum(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pods_memory_is_that_of_its_containers_together() {
        let summary = serde_json::from_value(json!({"node": {}, "pods": [{
            "podRef": {"name": "a", "namespace": "b", "uid": "1"},
            "containers": [{"name": "x", "memory": {"rssBytes": 3, "workingSetBytes": 9}},
                           {"name": "y", "memory": {"rssBytes": 4}}, {"name": "z"}]}]}))
        .unwrap();
        assert_eq!(by_pod(summary).collect::<Vec<_>>(), [("b/a".into(), 7)]);
    }

    #[test]
    fn a_component_sums_its_pods_and_says_what_it_waits_for() {
        let object = serde_json::from_value(json!({
            "metadata": {"name": "a", "namespace": "b", "generation": 1},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}},
            "status": {"observedGeneration": 1, "updatedReplicas": 1}}))
        .unwrap();
        let pod = serde_json::from_value(json!({
            "metadata": {"name": "a-1", "namespace": "b", "labels": {"app": "a"}},
            "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": "", "imageID": "",
                "ready": false, "restartCount": 2,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}}))
        .unwrap();
        let memory = BTreeMap::from([("b/a-1".to_owned(), 5)]);
        assert_eq!(
            component("Deployment", &object, &[pod], &memory),
            ComponentState {
                name: "a".into(),
                ready: false,
                restarts: 2,
                memory_bytes: 5,
                reason: "0/1 available: c: CrashLoopBackOff".into(),
            }
        );
    }
}
