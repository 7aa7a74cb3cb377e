//! What has been deployed of each service: a record kept in the cluster, newest first.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api,
    api::{DeleteParams, ListParams, Patch, PatchParams},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Cluster, Error, FIELD_MANAGER, error::failed};

const NAMESPACE: &str = "kube-system";
const ENTRY: &str = "deployed";
/// The label of every record; its value is the service.
const LABEL: &str = "groundwork/service";
/// How many deployments of a service are remembered.
const KEPT: usize = 5;

/// A built service that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// The built service's folder, in the Nix store.
    pub folder: PathBuf,
    /// The service's own version.
    pub version: String,
    /// When.
    pub at: Timestamp,
    /// Whether all of it became ready.
    pub ready: bool,
}

/// A service with its latest deployments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The template that it was made from.
    pub kind: String,
    /// Newest first, [`KEPT`] at most.
    pub deployed: Vec<Deployed>,
}

impl Service {
    /// The same after one more deployment.
    #[must_use]
    pub fn after(mut self, deployed: Deployed) -> Self {
        self.deployed.insert(0, deployed);
        if self.deployed.len() > KEPT {
            // What it goes back to stays, however old that is.
            let good = self.last_good().cloned();
            let oldest = self
                .deployed
                .iter()
                .rposition(|it| Some(it) != good.as_ref());
            self.deployed.remove(oldest.unwrap_or(KEPT));
        }
        self
    }

    /// Where it goes back to: the newest that became ready, of another build than the newest of all.
    pub fn last_good(&self) -> Option<&Deployed> {
        let newest = self.deployed.first()?;
        let mut earlier = self.deployed.iter().skip(1);
        earlier.find(|it| it.ready && it.folder != newest.folder)
    }

    /// The folders of its deployments.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.deployed.iter().map(|it| it.folder.as_path())
    }
}

impl Cluster {
    /// Every service, by name.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn services(&self) -> Result<Vec<Service>, Error> {
        let all = ListParams::default().labels(LABEL);
        let maps = self.records().list(&all).await;
        let maps = maps.map_err(failed("list the services"))?;
        let mut services = maps
            .into_iter()
            .map(read)
            .collect::<Result<Vec<_>, Error>>()?;
        services.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(services)
    }

    /// The service of that name, if it was ever deployed.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn service(&self, name: &str) -> Result<Option<Service>, Error> {
        let map = self.records().get_opt(&record(name)).await;
        let map = map.map_err(failed(format!("read what was deployed of {name}")))?;
        map.map(read).transpose()
    }

    /// Writes a service's record.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn remember(&self, service: &Service) -> Result<(), Error> {
        let name = &service.name;
        let map = Patch::Apply(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": record(name), "namespace": NAMESPACE, "labels": {LABEL: name}},
            "data": {ENTRY: json!(service).to_string()},
        }));
        let params = PatchParams::apply(FIELD_MANAGER).force();
        let patched = self.records().patch(&record(name), &params, &map).await;
        patched
            .map(drop)
            .map_err(failed(format!("write what was deployed of {name}")))
    }

    /// Removes a service's record.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn forget(&self, name: &str) -> Result<(), Error> {
        let deleted = self
            .records()
            .delete(&record(name), &DeleteParams::default())
            .await;
        deleted
            .map(drop)
            .map_err(failed(format!("remove what was deployed of {name}")))
    }

    fn records(&self) -> Api<ConfigMap> {
        Api::namespaced(self.client().clone(), NAMESPACE)
    }
}

fn record(name: &str) -> String {
    format!("groundwork-service-{name}")
}

fn read(map: ConfigMap) -> Result<Service, Error> {
    let text = map.data.and_then(|mut data| data.remove(ENTRY));
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| Error::Request {
        what: format!(
            "read the ConfigMap {NAMESPACE}/{}",
            map.metadata.name.unwrap_or_default()
        ),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployed(folder: &str, ready: bool) -> Deployed {
        Deployed {
            folder: folder.into(),
            version: "1".into(),
            at: Timestamp::UNIX_EPOCH,
            ready,
        }
    }

    fn service(oldest_first: &[(&str, bool)]) -> Service {
        let nothing = Service {
            name: "orders".into(),
            kind: "fastapi".into(),
            deployed: vec![],
        };
        let each = oldest_first.iter();
        each.fold(nothing, |service, (folder, ready)| {
            service.after(deployed(folder, *ready))
        })
    }

    fn last_good(oldest_first: &[(&str, bool)]) -> Option<String> {
        let service = service(oldest_first);
        Some(service.last_good()?.folder.display().to_string())
    }

    #[test]
    fn it_goes_back_to_the_last_one_that_became_ready() {
        let after = |oldest_first| last_good(oldest_first).unwrap();
        assert_eq!(after(&[("a", true), ("b", false)]), "a");
        assert_eq!(after(&[("a", true), ("b", true), ("b", true)]), "a");
        assert_eq!(after(&[("a", true), ("b", false), ("c", false)]), "a");
        assert_eq!(after(&[("a", true), ("b", true), ("a", true)]), "b");
    }

    #[test]
    fn without_another_that_became_ready_there_is_no_way_back() {
        assert_eq!(last_good(&[]), None);
        assert_eq!(last_good(&[("a", true)]), None);
        assert_eq!(last_good(&[("a", false), ("b", true)]), None);
    }

    #[test]
    fn a_row_of_failures_does_not_push_the_last_good_one_out() {
        let failures = ["b", "c", "d", "e", "f", "g"].map(|folder| (folder, false));
        let all = [&[("a", true)], &failures[..]].concat();
        assert_eq!(service(&all).deployed.len(), KEPT);
        assert_eq!(last_good(&all).unwrap(), "a");
    }
}
