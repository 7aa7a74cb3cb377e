//! A pod of a check's own that has metrics, with the annotation that says so.

use std::time::Duration;

use groundwork_contract::role;
use groundwork_signals::writers::{closed, restricted};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    api::{DeleteParams, PostParams},
};
use serde_json::{Value, json};

use crate::{
    runner::{CheckFailure, Context},
    shared::{
        namespace::{self, NAMESPACE},
        objects::{name, plain},
        signals::SERVICE,
        wait::wait_for,
    },
};

/// The metric of such a pod, with the value that it was given.
const METRIC: &str = "groundwork_check_condition";

/// For the pod to be made.
const MADE: Duration = Duration::from_secs(30);

/// A pod that says `condition`.
pub(super) struct Measured {
    pods: Api<Pod>,
    /// Its name.
    pub name: String,
}

impl Measured {
    /// Starts one in the checks' namespace.
    pub(super) async fn start(context: &Context, condition: i64) -> Result<Self, CheckFailure> {
        let cluster = context.cluster().await?;
        namespace::ensure(&cluster).await?;
        let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), NAMESPACE);
        let image = context.image(role::SAMPLE)?;
        let pod = serde_json::from_value(pod(image, condition))?;
        let pod = wait_for("a pod with a figure", MADE, async || {
            // The namespace's service account is made a moment after the namespace.
            let pod = pods.create(&PostParams::default(), &pod).await;
            pod.map_err(plain)
        });
        let name = name(&pod.await?).to_owned();
        Ok(Self { pods, name })
    }

    /// The metric's series of this pod, as Prometheus is asked for it.
    pub(super) fn series(&self) -> String {
        format!(
            "{METRIC}{{namespace=\"{NAMESPACE}\",pod=\"{}\"}}",
            self.name
        )
    }

    /// Removes it.
    pub(super) async fn remove(&self) -> Result<(), CheckFailure> {
        let params = DeleteParams::default().grace_period(1);
        let removed = self.pods.delete(&self.name, &params).await;
        removed.map_err(plain)?;
        Ok(())
    }
}

fn pod(image: &str, condition: i64) -> Value {
    json!({
        "metadata": {
            "generateName": "measured-",
            "labels": {"app.kubernetes.io/name": SERVICE},
            "annotations": {
                "prometheus.io/scrape": "true",
                "prometheus.io/port": "8080",
                "prometheus.io/path": "/metrics",
            },
        },
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": restricted(),
            "containers": [{
                "name": "measured", "image": image, "imagePullPolicy": "IfNotPresent",
                "env": [{"name": "HELLO_CONDITION", "value": condition.to_string()}],
                "ports": [{"name": "http", "containerPort": 8080}],
                "securityContext": closed(),
            }],
        },
    })
}
