//! `/api/components`: the node's processes and every workload of the cluster, one line each.

use axum::{Json, extract};
use groundwork_apply::{Status, pods_of, readiness, statuses, trouble};
use jiff::Timestamp;
use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment, StatefulSet},
    core::v1::{ContainerStatus, Pod},
};
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, ListParams},
};

use super::{
    canary,
    client::Cluster,
    component::{Component, Components, Kind, State, Unavailable},
    memory::{Memory, memory},
    processes::{network, processes, query, runtime},
};
use crate::api_error::ApiError;

pub(super) async fn components(
    extract::State(cluster): extract::State<Cluster>,
) -> Json<Components> {
    let question = query();
    let (figures, runtime, memory, workloads) = tokio::join!(
        cluster.proxy.metrics(&question),
        cluster.ask(runtime),
        cluster.ask(memory),
        cluster.ask(workloads),
    );
    let mut unavailable = vec![];
    let mut note = |source, failure: &ApiError| {
        let error = failure.error.clone();
        unavailable.push(Unavailable { source, error });
    };
    let _ = figures.as_ref().inspect_err(|it| note("prometheus", it));
    let _ = workloads
        .as_ref()
        .inspect_err(|it| note("kube-apiserver", it));
    // An API server that is away is noted once.
    if workloads.is_ok() {
        let _ = memory.as_ref().inspect_err(|it| note("metrics-server", it));
    }
    let mut components = processes(figures.as_ref().ok());
    components.extend(runtime.ok().flatten());
    components.push(network(figures.as_ref().ok()));
    if let Ok((objects, pods)) = workloads {
        let memory = memory.ok();
        let workloads = objects.iter().map(|(kind, object)| {
            let pods: Vec<_> = pods_of(object, &pods).collect();
            let workload = workload(*kind, object, &pods, memory.as_ref());
            canary::with_ages(workload, figures.as_ref().ok())
        });
        let mut workloads: Vec<_> = workloads.collect();
        workloads.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        components.extend(workloads);
    }
    Json(Components {
        components,
        unavailable,
    })
}

type Workloads = (Vec<(Kind, DynamicObject)>, Vec<Pod>);

async fn workloads(client: &Client) -> Result<Workloads, kube::Error> {
    let list = async |kind: Kind, resource: ApiResource| {
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
        let objects = api.list(&ListParams::default()).await?;
        let named = objects.items.into_iter().map(|object| (kind, object));
        Ok::<Vec<_>, kube::Error>(named.collect())
    };
    let pods: Api<Pod> = Api::all(client.clone());
    let everywhere = ListParams::default();
    let (deployments, stateful, daemons, pods) = tokio::try_join!(
        list(Kind::Deployment, ApiResource::erase::<Deployment>(&())),
        list(Kind::StatefulSet, ApiResource::erase::<StatefulSet>(&())),
        list(Kind::DaemonSet, ApiResource::erase::<DaemonSet>(&())),
        pods.list(&everywhere),
    )?;
    let objects = [deployments, stateful, daemons].into_iter().flatten();
    Ok((objects.collect(), pods.items))
}

fn workload(
    kind: Kind,
    object: &DynamicObject,
    pods: &[&Pod],
    memory: Option<&Memory>,
) -> Component {
    let containers = || pods.iter().flat_map(|pod| statuses(pod));
    let (state, reason) = match readiness(kind.name(), object) {
        Status::Ready => (State::Ready, None),
        Status::Failed(words) => (State::Failed, Some(words)),
        Status::Waiting(words) => {
            let state = match containers().any(is_stuck) {
                true => State::Failed,
                false => State::Starting,
            };
            let trouble = pods.iter().find_map(|pod| trouble(pod));
            let why = trouble.map(|trouble| format!("{words}: {trouble}"));
            (state, Some(why.unwrap_or(words)))
        }
    };
    let bytes = memory.map(|memory| {
        let of = |pod: &&Pod| {
            let metadata = &pod.metadata;
            memory.get(&(metadata.namespace.clone()?, metadata.name.clone()?))
        };
        pods.iter().filter_map(of).sum()
    });
    // Since its last pod became ready or ceased to be; without any, since it is there.
    let turned = pods.iter().filter_map(|pod| {
        let conditions = pod.status.as_ref()?.conditions.as_ref()?;
        let ready = conditions.iter().find(|it| it.type_ == "Ready")?;
        Some(ready.last_transition_time.as_ref()?.0)
    });
    let made = object.metadata.creation_timestamp.as_ref().map(|at| at.0);
    let since = turned.max().or(made);
    Component {
        name: object.metadata.name.clone().unwrap_or_default(),
        namespace: object.metadata.namespace.clone(),
        kind,
        state,
        reason,
        memory_bytes: bytes,
        restarts: Some(containers().map(|it| i64::from(it.restart_count)).sum()),
        since: since.and_then(|at| Timestamp::from_second(at.timestamp()).ok()),
    }
}

/// Whether a container needs somebody to do something, rather than time.
fn is_stuck(container: &ContainerStatus) -> bool {
    let Some(state) = &container.state else {
        return false;
    };
    let waiting = state.waiting.as_ref().and_then(|it| it.reason.as_deref());
    let waits = waiting.is_some_and(|it| !matches!(it, "ContainerCreating" | "PodInitializing"));
    let ended = state.terminated.as_ref();
    waits || ended.is_some_and(|it| it.exit_code != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(available: i64) -> DynamicObject {
        serde_json::from_value(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "namespace": "b", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}},
            "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available}}))
        .unwrap()
    }

    fn pod(ready: bool, state: Value) -> Pod {
        let status = if ready { "True" } else { "False" };
        serde_json::from_value(json!({
            "metadata": {"name": "a-1", "namespace": "b", "labels": {"app": "a"}},
            "status": {"phase": "Running",
                "conditions": [{"type": "Ready", "status": status, "lastTransitionTime": "2026-01-02T00:00:00Z"}],
                "containerStatuses": [{"name": "c", "image": "", "imageID": "", "ready": ready,
                    "restartCount": 2, "state": state}]}}))
        .unwrap()
    }

    #[test]
    fn a_workload_that_is_ready_has_its_memory_restarts_and_since_when() {
        let memory = Memory::from([(("b".into(), "a-1".into()), 5)]);
        let pod = pod(true, json!({"running": {}}));
        let component = workload(Kind::Deployment, &object(1), &[&pod], Some(&memory));
        assert_eq!(
            serde_json::to_value(&component).unwrap(),
            json!({"name": "a", "namespace": "b", "kind": "Deployment", "state": "ready", "reason": null,
                   "memory_bytes": 5, "restarts": 2, "since": "2026-01-02T00:00:00Z"})
        );
    }

    #[test]
    fn a_container_that_crashes_is_told_from_one_that_starts() {
        let state = |state| {
            let pod = pod(false, state);
            workload(Kind::Deployment, &object(0), &[&pod], None)
        };
        let crashes = state(json!({"waiting": {"reason": "CrashLoopBackOff"}}));
        assert_eq!(crashes.state, State::Failed);
        assert!(crashes.reason.unwrap().ends_with("c: CrashLoopBackOff"));
        assert_eq!(crashes.memory_bytes, None);
        let starts = state(json!({"waiting": {"reason": "ContainerCreating"}}));
        assert_eq!(starts.state, State::Starting);
        assert_eq!(state(json!({"running": {}})).state, State::Starting);
    }

    #[test]
    fn without_pods_it_is_since_it_was_made() {
        let component = workload(Kind::Deployment, &object(1), &[], None);
        assert_eq!(component.since.unwrap().to_string(), "2026-01-01T00:00:00Z");
    }
}
