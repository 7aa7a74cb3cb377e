//! What a service has around it in the cluster, for one that runs on this machine: settings, secrets, and addresses that
//! lead there from here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_contract::Stack;
use groundwork_process::exec::Command;
use k8s_openapi::api::core::v1::{Secret, Service};
use kube::{Api, api::ListParams};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where pods have their secrets, each in a folder.
const SECRETS: &str = "/run/secrets/";

/// Settings and secrets of a service.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Surroundings {
    /// Environment variables, those of its ConfigMap.
    pub environment: BTreeMap<String, String>,
    /// Each secret by its folder's name, with its fields.
    pub secrets: BTreeMap<String, BTreeMap<String, String>>,
    /// Secrets that it would have, and that are not there.
    pub missing: BTreeSet<String>,
}

/// Those of the service in `folder`, by its k8s/ and the running cluster.
///
/// # Errors
/// When kustomize does not take k8s/, or the cluster does not answer.
pub async fn of(folder: &Path, stack: &Stack, cluster: &Cluster) -> anyhow::Result<Surroundings> {
    let rendered = Command::new(stack.program("kubectl")?)
        .arg("kustomize")
        .arg(folder.join("k8s"))
        .read()
        .context("kustomize does not take k8s/")?;
    let objects = groundwork_apply::objects(&rendered)?;
    let places = places(stack, cluster).await?;
    let mut found = Surroundings::default();
    for (name, value) in settings(&objects) {
        found.environment.insert(name, places.translated(&value));
    }
    for Mounted {
        folder,
        namespace,
        secret,
    } in mounted(&objects)
    {
        let secrets: Api<Secret> = Api::namespaced(cluster.client().clone(), &namespace);
        let Some(secret) = secrets.get_opt(&secret).await? else {
            found.missing.insert(secret);
            continue;
        };
        let fields = secret.data.unwrap_or_default().into_iter();
        let fields = fields.filter_map(|(name, value)| {
            let text = String::from_utf8(value.0).ok()?;
            Some((name, places.translated(&text)))
        });
        found.secrets.insert(folder, fields.collect());
    }
    Ok(found)
}

/// The entries of every ConfigMap.
fn settings(objects: &[Value]) -> impl Iterator<Item = (String, String)> {
    let maps = objects
        .iter()
        .filter(|object| object["kind"] == "ConfigMap");
    let entries = maps.filter_map(|map| map["data"].as_object()).flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
}

/// A Secret that a pod has as files.
#[derive(Debug, PartialEq, Eq)]
struct Mounted {
    folder: String,
    namespace: String,
    secret: String,
}

/// The secrets that a Deployment's containers have below [`SECRETS`].
fn mounted(objects: &[Value]) -> Vec<Mounted> {
    let mut found = vec![];
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for object in objects.iter().filter(|it| it["kind"] == "Deployment") {
        let pod = &object["spec"]["template"]["spec"];
        let namespace = object["metadata"]["namespace"]
            .as_str()
            .unwrap_or("default");
        let containers = each(&pod["containers"]);
        let mounts = containers.iter().flat_map(|it| each(&it["volumeMounts"]));
        for mount in mounts {
            let path = mount["mountPath"].as_str().unwrap_or_default();
            let Some(folder) = path.strip_prefix(SECRETS) else {
                continue;
            };
            let volumes = each(&pod["volumes"]);
            let Some(volume) = volumes.iter().find(|it| it["name"] == mount["name"]) else {
                continue;
            };
            let projected = each(&volume["projected"]["sources"]);
            let names = projected.iter().map(|it| &it["secret"]["name"]);
            let names = names.chain([&volume["secret"]["secretName"]]);
            if let Some(secret) = names.filter_map(Value::as_str).next() {
                found.push(Mounted {
                    folder: folder.to_owned(),
                    namespace: namespace.to_owned(),
                    secret: secret.to_owned(),
                });
            }
        }
    }
    found
}

/// Addresses in the cluster, each with what leads there from this machine; the longest first.
struct Places(Vec<(String, String)>);

impl Places {
    /// `text` with addresses that lead there from here.
    fn translated(&self, text: &str) -> String {
        let places = self.0.iter();
        places.fold(text.to_owned(), |text, (there, here)| {
            text.replace(there, here)
        })
    }
}

async fn places(stack: &Stack, cluster: &Cluster) -> anyhow::Result<Places> {
    let services: Api<Service> = Api::all(cluster.client().clone());
    let services = services.list(&ListParams::default()).await?;
    let mut places: Vec<_> = services.into_iter().filter_map(address).collect();
    // What tells clients its own address has another one for this machine.
    for component in &stack.components {
        if let (Some(there), Some(here)) = (&component.service, &component.endpoint) {
            if !here.contains("://") {
                places.push((there.clone(), here.clone()));
            }
        }
    }
    places.sort_by_key(|(there, _)| std::cmp::Reverse(there.len()));
    Ok(Places(places))
}

/// A Service's name in the cluster, and its address there, which this machine's kernel knows as well.
fn address(service: Service) -> Option<(String, String)> {
    let (name, namespace) = (service.metadata.name?, service.metadata.namespace?);
    let address = service.spec?.cluster_ip.filter(|it| it != "None")?;
    Some((format!("{name}.{namespace}.svc"), address))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_of_the_cluster_become_those_translated() {
        let places = [
            ("kafka.event-bus.svc:9092", "localhost:9092"),
            ("kafka.event-bus.svc", "10.0.0.1"),
            ("collector.agents.svc", "10.0.0.2"),
        ];
        let places = Places(places.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
        assert_eq!(
            places.translated("kafka.event-bus.svc:9092"),
            "localhost:9092"
        );
        let url = places.translated("http://collector.agents.svc:4318/v1");
        assert_eq!(url, "http://10.0.0.2:4318/v1");
        assert_eq!(places.translated("info"), "info");
    }

    #[test]
    fn settings_and_secrets_are_those_of_the_objects() {
        let objects = [
            json!({"kind": "ConfigMap", "data": {"LOG_LEVEL": "info"}}),
            json!({"kind": "Deployment", "metadata": {"namespace": "services"}, "spec": {"template": {"spec": {
                "containers": [{"volumeMounts": [
                    {"name": "token", "mountPath": "/run/secrets/token"},
                    {"name": "other", "mountPath": "/var/lib/other"}]}],
                "volumes": [
                    {"name": "other", "emptyDir": {}},
                    {"name": "token", "projected": {"sources": [{"secret": {"name": "orders-token"}}]}}]}}}}),
        ];
        let all: Vec<_> = settings(&objects).collect();
        assert_eq!(all, [("LOG_LEVEL".to_owned(), "info".to_owned())]);
        let expected = Mounted {
            folder: "token".into(),
            namespace: "services".into(),
            secret: "orders-token".into(),
        };
        assert_eq!(mounted(&objects), [expected]);
    }
}
