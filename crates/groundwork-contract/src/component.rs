//! One component of the stack, as its `component.nix` describes it.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What a component does for the others. Programs choose by these words, never by a component's name.
/// A component may have a role of its own, so this list is not all of them.
pub mod role {
    /// Routes, groups and silences alerts: Alertmanager's API.
    pub const ALERTS: &str = "alerts";
    /// Says how old the newest is that each store gives back.
    pub const CANARY: &str = "canary";
    /// Takes in what is logged, measured and traced, and hands it to the stores: OTLP.
    pub const COLLECTOR: &str = "collector";
    /// Keeps what services store in tables: PostgreSQL's protocol. It is optional.
    pub const DATABASE: &str = "database";
    /// Carries events: the Kafka protocol.
    pub const EVENT_BUS: &str = "event-bus";
    /// Has the cluster follow a Git repository. It is optional.
    pub const GITOPS: &str = "gitops";
    /// Takes requests by name: Ingress and the Gateway API.
    pub const INGRESS: &str = "ingress";
    /// Keeps logs: LogsQL.
    pub const LOGS: &str = "logs";
    /// Keeps metrics: PromQL.
    pub const METRICS: &str = "metrics";
    /// The image that holds a pod's namespaces.
    pub const PAUSE: &str = "pause";
    /// Keeps images that others have made: the distribution protocol.
    pub const REGISTRY: &str = "registry";
    /// A service as a person's own would be: answers, publishes and consumes.
    pub const SAMPLE: &str = "sample";
    /// Keeps traces: Jaeger's API.
    pub const TRACES: &str = "traces";
    /// The page on which a person sees all of it.
    pub const UI: &str = "ui";
}

/// A component: a folder of `components/` or `services/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// The folder's name; also the label `app.kubernetes.io/name` of its objects.
    pub name: String,
    /// What it does for the others, see [`role`].
    pub role: String,
    /// The wave that its objects go in with; none for what is no object.
    pub wave: Option<String>,
    /// Its container image.
    pub image: Option<Image>,
    /// Its address on this machine: a URL, or `host:port` where the protocol has none.
    pub endpoint: Option<String>,
    /// Its address in the cluster, written as `endpoint` is.
    pub service: Option<String>,
    /// The path below `endpoint` that answers 200 once it is ready.
    pub health: Option<String>,
    /// How figures of the machine's use know its process: a program's name, or a Java class.
    pub process: Option<String>,
    /// The values of `job` or `service` by which metrics have it.
    pub scrape: Vec<String>,
    /// What the console may ask of it, below its address; `*` stands for any one segment.
    pub read_paths: BTreeMap<String, Way>,
}

/// How a path may be asked for. None of them writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// GET or HEAD.
    Get,
    /// The same, or POST: a query may be too long for an address.
    Query,
    /// A query whose answer never ends.
    Tail,
}

/// A container image as an OCI layout in the Nix store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Short name, as in the flake's `image-<name>`.
    pub name: String,
    /// Complete reference with a tag made from the content, as the objects name it.
    pub reference: String,
    /// Digest of the image's manifest, `sha256:<hex>`.
    pub digest: String,
    /// The OCI layout's folder.
    pub layout: PathBuf,
}

impl Component {
    /// Its address on this machine.
    ///
    /// # Errors
    /// [`Error::NoEndpoint`] when it has none.
    pub fn endpoint(&self) -> Result<&str, Error> {
        let endpoint = self.endpoint.as_deref();
        endpoint.ok_or_else(|| Error::NoEndpoint(self.name.clone()))
    }

    /// Name and namespace of the Service at its address in the cluster, as in `http://logs.observability.svc:9428`.
    pub fn service_name(&self) -> Option<(&str, &str)> {
        let host = self.service.as_deref()?.split("://").last()?;
        let mut labels = host.split('.');
        Some((labels.next()?, labels.next()?))
    }

    /// Its image.
    ///
    /// # Errors
    /// [`Error::NoImage`] when it has none.
    pub fn image(&self) -> Result<&Image, Error> {
        let image = self.image.as_ref();
        image.ok_or_else(|| Error::NoImage(self.name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_of_an_address_has_a_name_and_a_namespace() {
        let at = |service: &str| Component {
            service: Some(service.into()),
            ..Component::default()
        };
        let expected = Some(("store", "watching"));
        assert_eq!(at("http://store.watching.svc:80").service_name(), expected);
        assert_eq!(at("store.watching.svc:9092").service_name(), expected);
        assert_eq!(at("store").service_name(), None);
        assert_eq!(Component::default().service_name(), None);
    }
}
