//! Where a person reaches the stack's services: annotations on its objects.

use std::{collections::BTreeMap, net::SocketAddr};

use futures::future::try_join_all;
use groundwork_contract::Wave;
use k8s_openapi::api::{core::v1::Service, networking::v1::Ingress};
use kube::{
    Api,
    api::{ApiResource, DynamicObject, ListParams},
};
use serde::{Deserialize, Serialize};

use crate::{Cluster, Error, MANAGED_BY, components::workloads, error::failed, object};

/// `groundwork/endpoint.<name>: <url>`.
const PREFIX: &str = "groundwork/endpoint.";

/// An address on this machine under which a service answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Endpoint {
    /// What answers there.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// The endpoints of the objects in `waves`, by name.
///
/// # Errors
/// As reading the waves for an apply.
pub fn endpoints(waves: &[Wave]) -> Result<Vec<Endpoint>, Error> {
    let waves = object::read(waves)?;
    let annotations = waves.iter().flat_map(|wave| &wave.objects).map(|object| {
        let annotations = object.value["metadata"]["annotations"].as_object();
        annotations
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    });
    Ok(named(annotations))
}

impl Endpoint {
    /// Address and port where it answers; none where it is reached by a name.
    pub fn socket(&self) -> Option<SocketAddr> {
        let authority = self.url.split("://").last()?.split('/').next()?;
        authority.parse().ok()
    }

    /// The one of `endpoints` that is called `name`.
    ///
    /// # Errors
    /// [`Error::NoEndpoint`].
    pub fn named<'a>(endpoints: &'a [Self], name: &str) -> Result<&'a Self, Error> {
        endpoints
            .iter()
            .find(|endpoint| endpoint.name == name)
            .ok_or_else(|| Error::NoEndpoint(name.into()))
    }
}

impl Cluster {
    /// The endpoints of what runs in the cluster, by name.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, Error> {
        let mut kinds = workloads().to_vec();
        kinds.push(ApiResource::erase::<Service>(&()));
        kinds.push(ApiResource::erase::<Ingress>(&()));
        let params = ListParams::default().labels(MANAGED_BY);
        let lists = kinds.iter().map(|kind| {
            let api: Api<DynamicObject> = Api::all_with(self.client().clone(), kind);
            let params = &params;
            async move { api.list_metadata(params).await }
        });
        let lists = try_join_all(lists)
            .await
            .map_err(failed("list the services"))?;
        let annotations = lists
            .into_iter()
            .flatten()
            .filter_map(|object| object.metadata.annotations);
        Ok(named(annotations))
    }
}

fn named(annotations: impl Iterator<Item = BTreeMap<String, String>>) -> Vec<Endpoint> {
    let endpoint = |(key, url): (String, String)| {
        let name = key.strip_prefix(PREFIX)?.to_owned();
        Some(Endpoint { name, url })
    };
    let mut found: Vec<_> = annotations.flatten().filter_map(endpoint).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_the_annotations_of_our_prefix_by_name() {
        let entry = |key: &str, url: &str| (key.to_owned(), url.to_owned());
        let annotations = [
            BTreeMap::from([
                entry("groundwork/endpoint.ui", "http://127.0.0.1:8090"),
                entry("prometheus.io/scrape", "true"),
            ]),
            BTreeMap::from([entry("groundwork/endpoint.hello", "http://127.0.0.1:8081")]),
        ];
        let names: Vec<_> = named(annotations.into_iter())
            .into_iter()
            .map(|endpoint| endpoint.name)
            .collect();
        assert_eq!(names, ["hello", "ui"]);
    }
}
