//! A service of the checks' own, and what they do with it.
//!
//! Each check asks for it as a whole, so that checks do not depend on each other.

use std::time::{Duration, Instant};

use groundwork_apply::{Cluster, trouble};
use groundwork_contract::role;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{PersistentVolumeClaim, Pod, Service},
};
use kube::{
    Api, Error as KubeError, Resource,
    api::{DeleteParams, ListParams, LogParams, PostParams},
};
use serde_json::{Value, json};

use super::{
    namespace::{self, NAMESPACE},
    objects::{apply, container, name, plain},
    wait::wait_for,
};
use crate::runner::{CheckFailure, Context};

/// The test service's name, and its container's.
pub(crate) const SERVICE: &str = "test";

/// Where `hello` listens.
const PORT: u16 = 8080;

/// How long the service may take to come up, the volume's provisioning included.
const READY: Duration = Duration::from_secs(60);

/// How long a deleted pod may take to go.
const GONE: Duration = Duration::from_secs(60);

/// The test service, running.
pub(crate) struct TestBed {
    cluster: Cluster,
    image: String,
    /// How long it took to come up.
    pub took: Duration,
}

impl TestBed {
    /// Deploys the test service, or finds it, and waits until it is ready.
    pub async fn ready(context: &Context) -> Result<Self, CheckFailure> {
        let started = Instant::now();
        let cluster = context.cluster().await?;
        let image = context.image(role::SAMPLE)?.to_owned();
        let mut bed = Self {
            cluster,
            image,
            took: Duration::ZERO,
        };
        namespace::ensure(&bed.cluster).await?;
        apply::<PersistentVolumeClaim>(&bed.api(), SERVICE, claim()).await?;
        apply::<Service>(&bed.api(), SERVICE, service()).await?;
        apply::<Deployment>(&bed.api(), SERVICE, deployment(&bed.image)).await?;
        bed.other_pod_than("").await?;
        bed.took = started.elapsed();
        Ok(bed)
    }

    /// Takes the test service's pods away where it is there, and waits until they are gone. Its volume stays.
    pub async fn remove(context: &Context) -> Result<(), CheckFailure> {
        let client = context.cluster().await?.client().clone();
        let deployments: Api<Deployment> = Api::namespaced(client, NAMESPACE);
        match deployments
            .delete(SERVICE, &DeleteParams::foreground())
            .await
        {
            Err(KubeError::Api(response)) if response.code == 404 => return Ok(()),
            other => other.map_err(plain)?,
        };
        wait_for("the test service", GONE, async || {
            match deployments.get_metadata_opt(SERVICE).await.map_err(plain)? {
                None => Ok(()),
                Some(_) => Err(CheckFailure::from("it is still there")),
            }
        })
        .await
    }

    /// The service's pod, once it is ready.
    pub async fn pod(&self) -> Result<Pod, CheckFailure> {
        self.other_pod_than("").await
    }

    /// The service's ready pod that is not called `name`.
    pub async fn other_pod_than(&self, name: &str) -> Result<Pod, CheckFailure> {
        let pods: Api<Pod> = self.api();
        let params = ListParams::default().labels(&format!("app={SERVICE}"));
        wait_for("the test service", READY, async || {
            let mut pods = pods.list(&params).await.map_err(plain)?.items;
            pods.retain(|pod| pod.metadata.name.as_deref() != Some(name));
            match pods.iter().position(|pod| trouble(pod).is_none()) {
                Some(ready) => Ok(pods.swap_remove(ready)),
                None => Err(pods
                    .iter()
                    .find_map(trouble)
                    .unwrap_or_else(|| "it has no pod".into())
                    .into()),
            }
        })
        .await
    }

    /// Waits until the container of pod `name` has been restarted more than `before` times and is
    /// ready again; returns its restarts.
    pub async fn restarted(&self, name: &str, before: i32) -> Result<i32, CheckFailure> {
        let pods: Api<Pod> = self.api();
        wait_for("the restarted container", READY, async || {
            let pod = pods.get(name).await.map_err(plain)?;
            let (_, restarts) = container(&pod, SERVICE)?;
            match trouble(&pod) {
                None if restarts > before => Ok(restarts),
                None => Err("it was not restarted".into()),
                Some(trouble) => Err(trouble.into()),
            }
        })
        .await
    }

    /// Deletes pod `name` and waits until it is gone.
    pub async fn delete_pod(&self, name: &str) -> Result<(), CheckFailure> {
        let pods: Api<Pod> = self.api();
        let params = DeleteParams::default().grace_period(1);
        pods.delete(name, &params).await.map_err(plain)?;
        wait_for("the deleted pod", GONE, async || {
            match pods.get_metadata_opt(name).await.map_err(plain)? {
                None => Ok(()),
                Some(_) => Err("it is still there".into()),
            }
        })
        .await
    }

    /// Lets the service keep `text` on its volume.
    pub async fn write_note(&self, name: &str, text: &str) -> Result<(), CheckFailure> {
        self.note(http::Method::PUT, name, text).await?;
        Ok(())
    }

    /// What the service has kept under `name`.
    pub async fn read_note(&self, name: &str) -> Result<String, CheckFailure> {
        self.note(http::Method::GET, name, "").await
    }

    /// A request to the service's notes, through the API server's proxy. It is tried again: after
    /// a restart of the node a pod is called ready until the kubelet has looked at it.
    async fn note(
        &self,
        method: http::Method,
        note: &str,
        text: &str,
    ) -> Result<String, CheckFailure> {
        wait_for("the test service's notes", READY, async || {
            let pod = self.pod().await?;
            let pod = name(&pod);
            let path =
                format!("/api/v1/namespaces/{NAMESPACE}/pods/{pod}:{PORT}/proxy/notes/{note}");
            let request = http::Request::builder().method(method.clone()).uri(path);
            let request = request.body(text.as_bytes().to_vec())?;
            let client = self.cluster.client();
            client.request_text(request).await.map_err(plain)
        })
        .await
    }

    /// Asks the service by its DNS name from a pod of its own; returns the answer.
    pub async fn ask_by_name(&self) -> Result<String, CheckFailure> {
        let pods: Api<Pod> = self.api();
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"generateName": "ask-"},
            "spec": {"restartPolicy": "Never", "automountServiceAccountToken": false,
                "securityContext": user(),
                "containers": [{"name": "ask", "image": self.image,
                    "args": ["get", format!("http://{SERVICE}.{NAMESPACE}/"), "--until-ok", "20"]}]},
        }))?;
        let created = wait_for("a pod that asks", READY, async || {
            // The namespace's service account is made a moment after the namespace.
            pods.create(&PostParams::default(), &pod)
                .await
                .map_err(plain)
        });
        let created = created.await?;
        let asking = name(&created);
        let phase = wait_for("the pod that asks", READY, async || {
            let pod = pods.get(asking).await.map_err(plain)?;
            let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
            match phase.as_deref() {
                Some(phase @ ("Succeeded" | "Failed")) => Ok(phase.to_owned()),
                _ => Err(trouble(&pod)
                    .unwrap_or_else(|| "it still asks".into())
                    .into()),
            }
        });
        let phase = phase.await?;
        let log = pods
            .logs(asking, &LogParams::default())
            .await
            .map_err(plain)?;
        pods.delete(asking, &DeleteParams::default())
            .await
            .map_err(plain)?;
        match phase.as_str() {
            "Succeeded" => Ok(log),
            _ => Err(format!("it got no answer: {}", log.trim()).into()),
        }
    }

    fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = kube::core::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.cluster.client().clone(), NAMESPACE)
    }
}

fn claim() -> Value {
    json!({"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}})
}

fn service() -> Value {
    json!({"spec": {"selector": {"app": SERVICE}, "ports": [{"port": 80, "targetPort": PORT}]}})
}

fn deployment(image: &str) -> Value {
    json!({"spec": {
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": SERVICE}},
        "template": {"metadata": {"labels": {"app": SERVICE}}, "spec": {
            "automountServiceAccountToken": false,
            "securityContext": user(),
            "containers": [{"name": SERVICE, "image": image,
                "env": [
                    {"name": "HELLO_DATA", "value": "/data"},
                    {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
                "readinessProbe": {"httpGet": {"path": "/ready", "port": PORT}, "periodSeconds": 1},
                "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": SERVICE}}]}}}})
}

/// Nobody, as the stack's own services run.
fn user() -> Value {
    json!({"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532})
}
