//! The kinds that the cluster serves, asked for in two requests.
//!
//! Aggregated discovery answers at once, and keeps the other groups when an extension API server is
//! away. Asking group by group would then fail as a whole.

use futures::future::try_join;
use kube::{Api, Client, Error, api::DynamicObject, core::ApiResource};
use serde::Deserialize;

use crate::Key;

const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Every kind of the cluster; a group's preferred version comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kinds(Vec<Kind>);

/// A kind in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    pub resource: ApiResource,
    pub namespaced: bool,
    pub listable: bool,
}

#[derive(Deserialize)]
struct Groups {
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: String,
    response_kind: Option<ResponseKind>,
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct ResponseKind {
    kind: String,
}

impl Kinds {
    /// Asks the cluster.
    pub async fn discover(client: &Client) -> Result<Self, Error> {
        let fetch = |path: &'static str| async move {
            let request = http::Request::get(path)
                .header(http::header::ACCEPT, ACCEPT)
                .body(vec![])
                .map_err(Error::HttpError)?;
            client.request::<Groups>(request).await
        };
        let (core, named) = try_join(fetch("/api"), fetch("/apis")).await?;
        Ok(Self::of(core.items.into_iter().chain(named.items)))
    }

    fn of(groups: impl Iterator<Item = Group>) -> Self {
        let mut kinds = vec![];
        for group in groups {
            let name = group.metadata.name;
            for Version { version, resources } in group.versions {
                kinds.extend(resources.into_iter().filter_map(|resource| {
                    Some(Kind {
                        namespaced: resource.scope == "Namespaced",
                        listable: resource.verbs.iter().any(|verb| verb == "list"),
                        resource: ApiResource {
                            group: name.clone(),
                            version: version.clone(),
                            api_version: match name.as_str() {
                                "" => version.clone(),
                                name => format!("{name}/{version}"),
                            },
                            kind: resource.response_kind?.kind,
                            plural: resource.resource,
                        },
                    })
                }));
            }
        }
        Self(kinds)
    }

    /// The kind of `key` in `version`.
    pub fn exact(&self, key: &Key, version: &str) -> Option<&Kind> {
        self.0
            .iter()
            .find(|kind| kind.is(&key.group, &key.kind) && kind.resource.version == version)
    }

    /// The kind of `key` in the version that the cluster prefers.
    pub fn preferred(&self, key: &Key) -> Option<&Kind> {
        self.0.iter().find(|kind| kind.is(&key.group, &key.kind))
    }

    /// Every kind that can be listed, each in the version that the cluster prefers.
    pub fn listable(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter().enumerate().filter_map(|(at, kind)| {
            let earlier = &self.0[..at];
            let ApiResource {
                group, kind: name, ..
            } = &kind.resource;
            (kind.listable && !earlier.iter().any(|other| other.is(group, name))).then_some(kind)
        })
    }
}

impl Kind {
    fn is(&self, group: &str, kind: &str) -> bool {
        self.resource.group == group && self.resource.kind == kind
    }

    /// Requests for objects of this kind where `key` is; an object that names no namespace is in
    /// `default`, as with kubectl.
    pub fn api(&self, client: &Client, key: &Key) -> Api<DynamicObject> {
        if self.namespaced {
            let namespace = key.namespace.as_deref().unwrap_or("default");
            Api::namespaced_with(client.clone(), namespace, &self.resource)
        } else {
            Api::all_with(client.clone(), &self.resource)
        }
    }

    /// Requests for objects of this kind everywhere.
    pub fn everywhere(&self, client: &Client) -> Api<DynamicObject> {
        Api::all_with(client.clone(), &self.resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kinds() -> Kinds {
        let resource = |plural: &str, kind: &str, scope: &str| {
            json!({"resource": plural, "responseKind": {"group": "", "version": "", "kind": kind},
                   "scope": scope, "verbs": ["get", "list"], "subresources": []})
        };
        let groups: Groups = serde_json::from_value(json!({"items": [
            {"metadata": {"creationTimestamp": null}, "versions": [
                {"version": "v1", "freshness": "Current", "resources": [
                    resource("namespaces", "Namespace", "Cluster"),
                    resource("pods", "Pod", "Namespaced")]}]},
            {"metadata": {"name": "autoscaling"}, "versions": [
                {"version": "v2", "resources": [resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "Namespaced")]},
                {"version": "v1", "resources": [resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "Namespaced")]}]},
            {"metadata": {"name": "metrics.k8s.io"}, "versions": [
                {"version": "v1beta1", "freshness": "Stale"}]},
        ]}))
        .unwrap();
        Kinds::of(groups.items.into_iter())
    }

    #[test]
    fn the_core_group_has_no_name_in_the_api_version() {
        let key = "/Pod/a/a".parse().unwrap();
        let kinds = kinds();
        let pod = kinds.exact(&key, "v1").unwrap();
        assert_eq!(pod.resource.api_version, "v1");
        assert!(pod.namespaced);
    }

    #[test]
    fn a_kind_is_listed_in_its_preferred_version_only() {
        let listed: Vec<_> = kinds()
            .listable()
            .map(|kind| kind.resource.api_version.clone())
            .collect();
        assert_eq!(listed, ["v1", "v1", "autoscaling/v2"]);
    }

    #[test]
    fn a_version_that_is_not_served_is_not_found() {
        let key = "autoscaling/HorizontalPodAutoscaler/a/a".parse().unwrap();
        assert!(kinds().exact(&key, "v2beta1").is_none());
        assert!(kinds().exact(&key, "v1").is_some());
    }
}
