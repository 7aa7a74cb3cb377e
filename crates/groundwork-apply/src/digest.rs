//! A hash over all our objects that is equal for equal clusters: proof that `destroy` and `up`
//! give the same again.

use std::{collections::BTreeMap, fmt::Write as _};

use futures::{StreamExt, TryStreamExt, stream};
use kube::{
    Error as KubeError, ResourceExt,
    api::{DynamicObject, ListParams},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    Cluster, Error, FIELD_MANAGER, MANAGED_BY, apply::CONCURRENCY, discovery::Kinds, error::failed,
};

/// The fields that two equal clusters may differ in: what the cluster itself gives an object. `*`
/// stands for every item of a list. A Service's addresses are left out too, unless the object
/// itself fixes them.
pub const VOLATILE: &[&[&str]] = &[
    &["metadata", "uid"],
    &["metadata", "resourceVersion"],
    &["metadata", "creationTimestamp"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &[
        "metadata",
        "annotations",
        "deployment.kubernetes.io/revision",
    ],
    &[
        "metadata",
        "annotations",
        "deprecated.daemonset.template.generation",
    ],
    &["metadata", "annotations", "pv.kubernetes.io/bind-completed"],
    &[
        "metadata",
        "annotations",
        "pv.kubernetes.io/bound-by-controller",
    ],
    &[
        "metadata",
        "annotations",
        "volume.beta.kubernetes.io/storage-provisioner",
    ],
    &[
        "metadata",
        "annotations",
        "volume.kubernetes.io/selected-node",
    ],
    &[
        "metadata",
        "annotations",
        "volume.kubernetes.io/storage-provisioner",
    ],
    &["spec", "caBundle"],
    &["spec", "conversion", "webhook", "clientConfig", "caBundle"],
    &["spec", "healthCheckNodePort"],
    &["spec", "nodeName"],
    &["spec", "ports", "*", "nodePort"],
    &["spec", "volumeName"],
    &["status"],
    &["webhooks", "*", "clientConfig", "caBundle"],
];

/// A Service's addresses; volatile unless the object itself fixes them.
const ADDRESSES: &[&[&str]] = &[&["spec", "clusterIP"], &["spec", "clusterIPs"]];

/// Kinds that the cluster makes from ours, with our labels but without an owner. What was applied itself counts.
const DERIVED: &[&str] = &["Endpoints", "NodeMetrics", "PodMetrics"];

/// The hash of each of our objects and one over all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// SHA-256 over all objects, in hex.
    pub hash: String,
    /// SHA-256 of each object, in hex, under `group/kind/namespace/name`.
    pub objects: BTreeMap<String, String>,
}

impl Digest {
    fn of(objects: impl Iterator<Item = (String, Value)>) -> Self {
        let objects: BTreeMap<_, _> = objects
            .map(|(key, value)| (key, sha256(&value.to_string())))
            .collect();
        let mut all = String::new();
        for (key, hash) in &objects {
            all.push_str(key);
            all.push_str(hash);
        }
        let hash = sha256(&all);
        Self { hash, objects }
    }

    /// What differs from `self` in `other`, in words; empty when nothing does.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = vec![];
        for (key, hash) in &self.objects {
            match other.objects.get(key) {
                None => found.push(format!("{key} is gone")),
                Some(theirs) if theirs != hash => found.push(format!("{key} differs")),
                Some(_) => {}
            }
        }
        let new = |key: &&String| !self.objects.contains_key(*key);
        found.extend(
            other
                .objects
                .keys()
                .filter(new)
                .map(|key| format!("{key} is new")),
        );
        found
    }
}

impl Cluster {
    /// The digest over everything that carries our label.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn digest(&self) -> Result<Digest, Error> {
        let list = async {
            let kinds = Kinds::discover(self.client()).await?;
            let kinds: Vec<_> = kinds.listable().cloned().collect();
            let params = &ListParams::default().labels(MANAGED_BY);
            stream::iter(kinds)
                .map(|kind| async move {
                    let listed = kind.everywhere(self.client()).list(params).await;
                    let objects = match listed {
                        // Listed as a kind, but only of use to be created.
                        Err(KubeError::Api(response)) if [404, 405].contains(&response.code) => {
                            vec![]
                        }
                        other => other?.items,
                    };
                    let named = objects.into_iter().filter_map(move |object| {
                        normalised(&kind.resource.group, &kind.resource.kind, object)
                    });
                    Ok(named.collect::<Vec<_>>())
                })
                .buffer_unordered(CONCURRENCY)
                .try_collect::<Vec<_>>()
                .await
        };
        let objects = list.await.map_err(failed("list our objects"))?;
        Ok(Digest::of(objects.into_iter().flatten()))
    }
}

/// The object's key and what is left without the volatile fields; none when another object or the
/// cluster made it.
pub(crate) fn normalised(
    group: &str,
    kind: &str,
    mut object: DynamicObject,
) -> Option<(String, Value)> {
    let derived = DERIVED.contains(&kind) && applied_fields(&object).next().is_none();
    if derived || !object.owner_references().is_empty() {
        return None;
    }
    let namespace = object.metadata.namespace.clone().unwrap_or_default();
    let name = object.metadata.name.clone()?;
    let fixed = fixes_address(&object);
    object.types = None;
    let mut value = serde_json::to_value(object).ok()?;
    let allocated = if kind == "Service" && !fixed {
        ADDRESSES
    } else {
        &[]
    };
    for path in VOLATILE.iter().chain(allocated) {
        remove(&mut value, path);
    }
    // Sorted keys make the text canonical, whatever order serde_json was built to keep.
    value.sort_all_objects();
    Some((format!("{group}/{kind}/{namespace}/{name}"), value))
}

/// Whether the object as we applied it names its address.
fn fixes_address(object: &DynamicObject) -> bool {
    applied_fields(object).any(|fields| fields.pointer("/f:spec/f:clusterIP").is_some())
}

/// The fields that we applied; empty for an object that another manager made.
fn applied_fields(object: &DynamicObject) -> impl Iterator<Item = &Value> {
    let entries = object.metadata.managed_fields.iter().flatten();
    entries
        .filter(|entry| entry.manager.as_deref() == Some(FIELD_MANAGER))
        .filter_map(|entry| entry.fields_v1.as_ref().map(|fields| &fields.0))
}

fn remove(value: &mut Value, path: &[&str]) {
    match path {
        [] => {}
        ["*", rest @ ..] => {
            for item in value.as_array_mut().into_iter().flatten() {
                remove(item, rest);
            }
        }
        [last] => {
            if let Some(map) = value.as_object_mut() {
                map.remove(*last);
            }
        }
        [first, rest @ ..] => {
            if let Some(inner) = value.get_mut(*first) {
                remove(inner, rest);
                // A map that is empty without it goes, too.
                if inner.as_object().is_some_and(serde_json::Map::is_empty) {
                    remove(value, &[first]);
                }
            }
        }
    }
}

fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn service(uid: &str, address: &str, fixed: bool, port: i64) -> (String, Value) {
        let fields = if fixed {
            json!({"f:spec": {"f:clusterIP": {}}})
        } else {
            json!({})
        };
        let object = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "a", "namespace": "b", "uid": uid,
                "managedFields": [{"manager": "groundwork", "fieldsV1": fields}]},
            "spec": {"clusterIP": address, "clusterIPs": [address],
                "ports": [{"port": port, "nodePort": 30000 + uid.len()}]},
            "status": {"loadBalancer": {}}});
        normalised("", "Service", serde_json::from_value(object).unwrap()).unwrap()
    }

    fn digest(objects: &[(String, Value)]) -> Digest {
        Digest::of(objects.iter().cloned())
    }

    #[test]
    fn what_the_cluster_gives_an_object_makes_no_difference() {
        let first = digest(&[service("1", "10.0.0.1", false, 80)]);
        let second = digest(&[service("22", "10.0.0.2", false, 80)]);
        assert_eq!(first, second);
    }

    #[test]
    fn an_address_that_the_object_fixes_makes_a_difference() {
        let first = digest(&[service("1", "10.0.0.1", true, 80)]);
        let second = digest(&[service("1", "10.0.0.2", true, 80)]);
        assert_eq!(first.differences(&second), ["/Service/b/a differs"]);
    }

    #[test]
    fn a_difference_is_named_by_its_object() {
        let first = digest(&[service("1", "10.0.0.1", false, 80)]);
        let second = digest(&[("/Secret/b/c".into(), json!({}))]);
        assert_eq!(
            first.differences(&second),
            ["/Service/b/a is gone", "/Secret/b/c is new"]
        );
        assert_ne!(first.hash, second.hash);
    }

    #[test]
    fn an_object_that_another_made_is_not_counted() {
        let slice = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {"name": "a-x1", "ownerReferences": [
                {"apiVersion": "v1", "kind": "Service", "name": "a", "uid": "1"}]}});
        let object = serde_json::from_value(slice).unwrap();
        assert_eq!(
            normalised("discovery.k8s.io", "EndpointSlice", object),
            None
        );
    }

    #[test]
    fn endpoints_count_that_were_applied_and_those_that_the_cluster_made_do_not() {
        let by = |manager: &str| {
            let endpoints = json!({"apiVersion": "v1", "kind": "Endpoints",
                "metadata": {"name": "a", "managedFields": [
                    {"manager": manager, "operation": "Apply", "fieldsV1": {"f:subsets": {}}}]},
                "subsets": [{"addresses": [{"ip": "10.0.0.1"}]}]});
            normalised("", "Endpoints", serde_json::from_value(endpoints).unwrap())
        };
        let (_, ours) = by(FIELD_MANAGER).unwrap();
        assert_eq!(ours["subsets"][0]["addresses"][0]["ip"], "10.0.0.1");
        assert_eq!(by("kube-controller-manager"), None);
    }

    #[test]
    fn a_map_that_only_held_volatile_fields_goes_with_them() {
        let mut value = json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": "1"}, "name": "a"}});
        remove(
            &mut value,
            &[
                "metadata",
                "annotations",
                "deployment.kubernetes.io/revision",
            ],
        );
        assert_eq!(value, json!({"metadata": {"name": "a"}}));
    }
}
