//! The pods of a workload, and their containers' logs.

use std::time::Duration;

use anyhow::Context;
use futures::AsyncBufRead;
use groundwork_process::wait::Wait;
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client, ResourceExt,
    api::{ListParams, LogParams},
};

/// By which a workload's pods are found.
pub(super) const NAME_LABEL: &str = "app.kubernetes.io/name";
/// How long a kubelet that starts may not answer, or not know its pods yet.
const KUBELET_STARTS: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_millis(200);

/// A container of a workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Container {
    namespace: String,
    pod: String,
    name: String,
}

impl Container {
    /// What its lines begin with when they have to say whose they are.
    pub(super) fn prefix(&self, wanted: bool) -> String {
        match wanted {
            true => format!("{}/{}: ", self.pod, self.name),
            false => String::new(),
        }
    }

    /// Why it has no log, in words.
    pub(super) fn refused(&self, error: &kube::Error) -> String {
        format!(
            "{}/{}: {}",
            self.pod,
            self.name,
            groundwork_apply::explain(error)
        )
    }

    /// Its log, as the other `parameters` want it.
    pub(super) async fn log(
        &self,
        client: &Client,
        parameters: LogParams,
    ) -> kube::Result<impl AsyncBufRead + use<>> {
        let pods: Api<Pod> = Api::namespaced(client.clone(), &self.namespace);
        let container = Some(self.name.clone());
        open(
            &pods,
            &self.pod,
            &LogParams {
                container,
                ..parameters
            },
        )
        .await
    }
}

/// The containers of a pod.
pub(super) fn containers(pod: &Pod) -> Vec<Container> {
    let specs = pod.spec.iter().flat_map(|spec| &spec.containers);
    specs
        .map(|container| Container {
            namespace: pod.namespace().unwrap_or_default(),
            pod: pod.name_any(),
            name: container.name.clone(),
        })
        .collect()
}

/// The pods of the workload `name`.
pub(super) async fn named_pods(client: &Client, name: &str) -> anyhow::Result<Vec<Pod>> {
    // What cannot be a label's value cannot be a workload's name either.
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.chars().all(allowed) {
        return Ok(Vec::new());
    }
    labelled_pods(client, &format!("{NAME_LABEL}={name}")).await
}

/// The pods that `selector` finds.
pub(super) async fn labelled_pods(client: &Client, selector: &str) -> anyhow::Result<Vec<Pod>> {
    let parameters = ListParams::default().labels(selector);
    let pods = Api::<Pod>::all(client.clone()).list(&parameters).await;
    Ok(pods.context("cannot ask the cluster for pods")?.items)
}

/// A container's log. While its kubelet starts, the API server says that it cannot be reached, and
/// then that a pod which runs is "not found".
async fn open(
    pods: &Api<Pod>,
    pod: &str,
    parameters: &LogParams,
) -> kube::Result<impl AsyncBufRead + use<>> {
    let opened = async || {
        let refused = match pods.log_stream(pod, parameters).await {
            Err(kube::Error::Api(status)) if status.code == 404 || status.code >= 500 => status,
            other => return Ok(other),
        };
        let refused = kube::Error::Api(refused);
        match pods.get_opt(pod).await {
            Ok(Some(_)) => Err(refused),
            Ok(None) => Ok(Err(refused)),
            Err(error) => Ok(Err(error)),
        }
    };
    let wait = Wait::new("the pod's kubelet", KUBELET_STARTS).every(EVERY);
    let opened = wait.until(opened).done().await;
    opened.unwrap_or_else(|late| Err(late.missing))
}
