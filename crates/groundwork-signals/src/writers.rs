//! Pods that write numbered log lines, and a span for each if wanted: `hello say`.
//!
//! They are the one writer whose every line is known, so that what is missing can be counted.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use groundwork_apply::{Cluster, explain, trouble};
use groundwork_process::wait::{Not, TimedOut, Wait};
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::{
    Api, Error as KubeError,
    api::{DeleteParams, ListParams, LogParams, Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

/// The attribute in which a span has its number.
pub const NUMBER: &str = "n";
/// Where pods send their spans.
const COLLECTOR: &str = "http://collector.observability-agents.svc:4318";
/// The container's name.
const CONTAINER: &str = "say";
/// Between two looks at the pods.
const PAUSE: Duration = Duration::from_millis(200);
/// For the kubelet to start a pod.
const START: Duration = Duration::from_secs(60);
/// For a namespace to go.
const GONE: Duration = Duration::from_secs(60);
/// How much of the log of a pod that failed is worth showing.
const LAST_LINES: i64 = 3;

/// Why pods did not write what they were to, or are not gone.
#[derive(Debug, thiserror::Error)]
pub enum WriterError {
    /// The API server does not take a request; in its own words.
    #[error("{0}")]
    Refused(String),
    /// A pod has failed.
    #[error("{pod} failed: {log}")]
    Failed {
        /// Its name.
        pod: String,
        /// The end of its log.
        log: String,
    },
    /// A pod was removed by somebody else.
    #[error("{0} was removed")]
    Removed(String),
    /// What was waited for has not come in time.
    #[error(transparent)]
    Late(#[from] TimedOut),
}

/// What each pod writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterPlan {
    /// The name of the service that it is to logs and traces.
    pub service: String,
    /// What every line begins with; a space and the number follow.
    pub prefix: String,
    /// How many lines.
    pub count: u64,
    /// How many a second.
    pub per_second: u64,
    /// Whether each is a span as well.
    pub spans: bool,
}

impl WriterPlan {
    /// The numbers that a pod writes.
    #[must_use]
    pub fn numbers(&self) -> Range<u64> {
        0..self.count
    }

    /// How long a pod writes, at the pace that it was told.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.count as f64 / self.per_second.max(1) as f64)
    }
}

/// Pods that write, in a namespace.
pub struct Writers {
    pods: Api<Pod>,
    names: Vec<String>,
    length: Duration,
}

impl Writers {
    /// Makes `namespace` if it is not there, and starts a pod of `image` for each of `plans`.
    ///
    /// # Errors
    /// [`WriterError::Refused`] when the cluster does not take them.
    pub async fn start(
        cluster: &Cluster,
        namespace: &str,
        image: &str,
        plans: &[WriterPlan],
    ) -> Result<Self, WriterError> {
        let client = cluster.client();
        ensure(&Api::all(client.clone()), namespace).await?;
        let mut writers = Self {
            pods: Api::namespaced(client.clone(), namespace),
            names: vec![],
            length: plans
                .iter()
                .map(WriterPlan::length)
                .max()
                .unwrap_or_default(),
        };
        for plan in plans {
            let pod = serde_json::from_value(pod(image, plan));
            let pod = pod.map_err(|error| WriterError::Refused(error.to_string()))?;
            writers.names.push(writers.create(&pod).await?);
        }
        Ok(writers)
    }

    async fn create(&self, pod: &Pod) -> Result<String, WriterError> {
        let create = async || match self.pods.create(&PostParams::default(), pod).await {
            Ok(pod) => Ok(pod.metadata.name.unwrap_or_default()),
            // The namespace's service account is made a moment after the namespace.
            Err(error) if is_early(&error) => Err(Not::Yet(explain(&error))),
            Err(error) => Err(Not::Ever(refused(&error))),
        };
        let wait = Wait::new("a writer's pod", START).every(PAUSE);
        wait.until(create).done().await
    }

    /// The pods' names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Waits until all of them have begun.
    ///
    /// # Errors
    /// [`WriterError`] when one does not.
    pub async fn begun(&self) -> Result<(), WriterError> {
        self.reach(&["Running", "Succeeded"], START).await
    }

    /// Waits until all of them have written everything and ended, `grace` later than they should.
    ///
    /// # Errors
    /// [`WriterError`] when one fails or does not end.
    pub async fn ended(&self, grace: Duration) -> Result<(), WriterError> {
        self.reach(&["Succeeded"], self.length + START + grace)
            .await
    }

    /// Waits until each of them is in one of the `phases`.
    async fn reach(&self, phases: &[&str], deadline: Duration) -> Result<(), WriterError> {
        let what = format!("{} of all writers", phases.join(" or "));
        let wait = Wait::new(what, deadline).every(PAUSE);
        let reached = async || self.reached(phases).await;
        wait.until(reached).done().await
    }

    async fn reached(&self, wanted: &[&str]) -> Result<(), Not<WriterError>> {
        let pods = self.pods.list(&ListParams::default()).await;
        let pods = pods.map_err(|error| refused(&error))?;
        let pods: BTreeMap<_, _> = pods
            .iter()
            .filter_map(|pod| Some((pod.metadata.name.as_deref()?, pod)))
            .collect();
        let mut missing = None;
        for name in &self.names {
            let Some(pod) = pods.get(name.as_str()) else {
                return Err(Not::Ever(WriterError::Removed(name.clone())));
            };
            match phase(pod) {
                phase if wanted.contains(&phase) => {}
                "Failed" => return Err(Not::Ever(self.failed(name).await)),
                phase => {
                    let words = trouble(pod).unwrap_or_else(|| phase.to_owned());
                    missing = Some(format!("{name}: {words}"));
                }
            }
        }
        missing.map_or(Ok(()), |words| Err(Not::Yet(words)))
    }

    async fn failed(&self, name: &str) -> WriterError {
        let params = LogParams {
            tail_lines: Some(LAST_LINES),
            ..LogParams::default()
        };
        let log = self.pods.logs(name, &params).await.unwrap_or_default();
        WriterError::Failed {
            pod: name.into(),
            log: log.trim().into(),
        }
    }

    /// Removes the pods.
    ///
    /// # Errors
    /// [`WriterError::Refused`] when the cluster refuses.
    pub async fn remove(&self) -> Result<(), WriterError> {
        for name in &self.names {
            let params = DeleteParams::default().grace_period(0);
            match self.pods.delete(name, &params).await {
                Err(KubeError::Api(response)) if response.code == 404 => {}
                other => drop(other.map_err(|error| refused(&error))?),
            }
        }
        Ok(())
    }
}

/// Makes `name` if it is not there.
async fn ensure(namespaces: &Api<Namespace>, name: &str) -> Result<(), WriterError> {
    let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let params = PatchParams::apply("groundwork-validate").force();
    let applied = namespaces.patch(name, &params, &Patch::Apply(object)).await;
    applied.map_err(|error| refused(&error))?;
    Ok(())
}

/// Removes namespace `name` and waits until it is gone; none is left is right, too.
///
/// # Errors
/// [`WriterError`] when the cluster refuses, or it is not gone in time.
pub async fn remove_namespace(cluster: &Cluster, name: &str) -> Result<(), WriterError> {
    let namespaces: Api<Namespace> = Api::all(cluster.client().clone());
    let gone = async || match namespaces.delete(name, &DeleteParams::default()).await {
        Err(KubeError::Api(response)) if response.code == 404 => Ok(()),
        // It is on its way.
        Err(KubeError::Api(response)) if response.code == 409 => Err(Not::Yet(response.message)),
        Err(error) => Err(Not::Ever(refused(&error))),
        Ok(_) => Err(Not::yet("it is still being removed")),
    };
    let wait = Wait::new(format!("the end of namespace {name}"), GONE).every(PAUSE);
    wait.until(gone).done().await
}

/// Whether the namespace's service account is not there yet.
fn is_early(error: &KubeError) -> bool {
    matches!(error, KubeError::Api(response) if response.message.contains("serviceaccount"))
}

fn refused(error: &KubeError) -> WriterError {
    WriterError::Refused(explain(error))
}

fn phase(pod: &Pod) -> &str {
    let status = pod.status.as_ref();
    let phase = status.and_then(|status| status.phase.as_deref());
    phase.unwrap_or("Pending")
}

fn pod(image: &str, plan: &WriterPlan) -> Value {
    let mut arguments = vec![
        "say".to_owned(),
        format!("--count={}", plan.count),
        format!("--per-second={}", plan.per_second),
        format!("--prefix={}", plan.prefix),
    ];
    if plan.spans {
        arguments.push("--spans".into());
    }
    json!({
        "metadata": {
            "generateName": "say-",
            // The service's name to the logs.
            "labels": {"app.kubernetes.io/name": plan.service},
        },
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": restricted(),
            "containers": [{
                "name": CONTAINER, "image": image, "imagePullPolicy": "IfNotPresent",
                "args": arguments,
                "env": [
                    {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": COLLECTOR},
                    {"name": "OTEL_SERVICE_NAME", "value": plan.service},
                    {"name": "POD_NAME",
                     "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                    {"name": "OTEL_RESOURCE_ATTRIBUTES", "value": "k8s.pod.name=$(POD_NAME)"},
                ],
                "securityContext": closed(),
            }],
        },
    })
}

/// A pod's security context: nobody, as the stack's own services run.
#[must_use]
pub fn restricted() -> Value {
    json!({"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532,
           "seccompProfile": {"type": "RuntimeDefault"}})
}

/// A container's security context: no way to more than its pod's.
#[must_use]
pub fn closed() -> Value {
    json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
           "capabilities": {"drop": ["ALL"]}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> WriterPlan {
        WriterPlan {
            service: "groundwork-check".into(),
            prefix: "run-1".into(),
            count: 600,
            per_second: 100,
            spans: true,
        }
    }

    #[test]
    fn a_writer_is_told_what_to_write_and_who_it_is() {
        let object = pod("hello:1", &plan());
        let container = &object["spec"]["containers"][0];
        assert_eq!(
            container["args"],
            json!([
                "say",
                "--count=600",
                "--per-second=100",
                "--prefix=run-1",
                "--spans"
            ])
        );
        assert_eq!(
            object["metadata"]["labels"]["app.kubernetes.io/name"],
            "groundwork-check"
        );
        let pod: Pod = serde_json::from_value(object).unwrap();
        assert_eq!(phase(&pod), "Pending");
    }

    #[test]
    fn a_plan_knows_its_numbers_and_its_length() {
        assert_eq!(plan().numbers(), 0..600);
        assert_eq!(plan().length(), Duration::from_secs(6));
    }
}
