//! A pod of hello of a check's own that takes its token from a secret.

use std::time::Duration;

use groundwork_contract::role;
use groundwork_process::wait::within;
use groundwork_signals::writers::{closed, restricted};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    api::{LogParams, PostParams},
};
use serde_json::{Value, json};

use super::hello::{ANSWER, http};
use crate::{
    runner::{CheckFailure, Context},
    shared::{objects::plain, signals::SERVICE, wait::wait_for},
};

const PORT: u16 = 8080;
/// For the kubelet to start it.
const START: Duration = Duration::from_secs(60);
/// Where the secret's volume is, if it has one.
const FOLDER: &str = "/run/secrets/check";

/// How the pod comes by the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way<'a> {
    /// By a volume.
    Volume,
    /// From the API server, as the service account of that name.
    Api(&'a str),
}

/// A pod of hello that guards /private with the token in a secret.
pub(super) struct Guard {
    pods: Api<Pod>,
    name: String,
    url: String,
}

impl Guard {
    /// Starts one called `name` in `namespace` and waits until it answers; it need not have the
    /// secret then.
    pub(super) async fn start(
        context: &Context,
        (namespace, name): (&str, &str),
        secret: &str,
        way: Way<'_>,
    ) -> Result<Self, CheckFailure> {
        let image = context.image(role::SAMPLE)?;
        let pod: Pod = serde_json::from_value(pod(image, name, secret, way))?;
        let cluster = context.cluster().await?;
        let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), namespace);
        wait_for("a pod", START, async || {
            // The namespace's service account is made a moment after the namespace.
            let made = pods.create(&PostParams::default(), &pod).await;
            made.map_err(plain)
        })
        .await?;
        let client = http()?;
        let url = wait_for("the pod", START, async || {
            let pod = pods.get(name).await.map_err(plain)?;
            let address = pod.status.and_then(|status| status.pod_ip);
            let address = address.ok_or("it has no address")?;
            let url = format!("http://{address}:{PORT}");
            let ready = client.get(format!("{url}/ready")).send();
            within(ANSWER, ready).await??.error_for_status()?;
            Ok(url)
        });
        Ok(Self {
            url: url.await?,
            name: name.into(),
            pods,
        })
    }

    /// Where it answers.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What it has logged.
    pub(super) async fn log(&self) -> Result<String, CheckFailure> {
        let log = self.pods.logs(&self.name, &LogParams::default()).await;
        log.map_err(plain)
    }
}

fn pod(image: &str, name: &str, secret: &str, way: Way<'_>) -> Value {
    let (location, account) = match way {
        Way::Volume => (format!("file:{FOLDER}"), None),
        Way::Api(account) => (format!("api:{secret}"), Some(account)),
    };
    let mut context = restricted();
    // The secret's files belong to root; this lets the program's group read them.
    context["fsGroup"] = context["runAsGroup"].clone();
    let mut pod = json!({
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": SERVICE}},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": account.is_some(),
            "enableServiceLinks": false,
            "terminationGracePeriodSeconds": 1,
            "securityContext": context,
            "containers": [{
                "name": "guard", "image": image, "imagePullPolicy": "IfNotPresent",
                "env": [
                    {"name": "HELLO_TOKEN", "value": location},
                    {"name": "OTEL_EXPORTER_OTLP_ENDPOINT",
                     "value": "http://collector.observability-agents.svc:4318"},
                    {"name": "OTEL_SERVICE_NAME", "value": SERVICE},
                    {"name": "OTEL_RESOURCE_ATTRIBUTES", "value": format!("k8s.pod.name={name}")},
                ],
                "ports": [{"name": "http", "containerPort": PORT}],
                "securityContext": closed(),
            }],
        },
    });
    match account {
        Some(account) => pod["spec"]["serviceAccountName"] = account.into(),
        None => {
            pod["spec"]["containers"][0]["volumeMounts"] =
                json!([{"name": "secret", "mountPath": FOLDER, "readOnly": true}]);
            pod["spec"]["volumes"] = json!([{"name": "secret", "projected": {
                "defaultMode": 0o440,
                "sources": [{"secret": {"name": secret, "optional": true}}]}}]);
        }
    }
    pod
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_has_the_secret_by_its_volume_and_no_rights_or_by_its_rights_and_no_volume() {
        let by_volume = pod("hello:1", "a", "b", Way::Volume);
        let by_api = pod("hello:1", "a", "b", Way::Api("c"));
        let token = |pod: &Value| pod["spec"]["containers"][0]["env"][0]["value"].clone();
        assert_eq!(token(&by_volume), "file:/run/secrets/check");
        assert_eq!(token(&by_api), "api:b");
        assert_eq!(by_volume["spec"]["automountServiceAccountToken"], false);
        assert!(by_api["spec"]["volumes"].is_null());
        for pod in [by_volume, by_api] {
            serde_json::from_value::<Pod>(pod).unwrap();
        }
    }
}
