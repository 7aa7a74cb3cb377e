//! Deletes what an earlier apply brought and no wave names any more, but never a person's data.

use std::{cmp::Reverse, collections::BTreeSet};

use groundwork_contract::{Phase, Progress, Report};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::{
    Api, Error as KubeError,
    api::{DeleteParams, ListParams},
};

use crate::{
    Cluster, Error, Key, Stage,
    discovery::Kinds,
    error::failed,
    inventory::{Inventory, Owner},
};

/// Namespaces that belong to the cluster; the API server refuses to delete them.
const SYSTEM: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

impl Cluster {
    /// Deletes the objects of `recorded` that are not in `wanted`, and returns the inventory
    /// afterwards. An object that is kept for its data stays recorded, and goes when the data has gone.
    pub(crate) async fn prune(
        &self,
        owner: &Owner,
        recorded: &Inventory,
        wanted: &BTreeSet<Key>,
        kinds: &Kinds,
        report: &Report<'_>,
    ) -> Result<Inventory, Error> {
        let mut left = wanted.clone();
        let mut gone = recorded.without(wanted);
        // The other way round than they came: workloads before what they refer to.
        gone.sort_by_key(|key| Reverse(Stage::of(key)));
        for key in gone {
            let said = match self.reason_to_keep(&key).await? {
                Some(reason) => {
                    let said = format!("keeps {}, which left {owner}: {reason}", key.spoken());
                    left.insert(key);
                    said
                }
                None => {
                    self.delete(&key, kinds).await?;
                    format!("deletes {}, which left {owner}", key.spoken())
                }
            };
            report(Progress::new("objects", Phase::Starting, said));
        }
        Ok(Inventory::of(left))
    }

    /// Why an object that left the stack is not deleted, if that is so.
    pub(crate) async fn reason_to_keep(&self, key: &Key) -> Result<Option<String>, Error> {
        Ok(match key.kind.as_str() {
            "PersistentVolumeClaim" => Some("it holds data".into()),
            "Namespace" if SYSTEM.contains(&key.name.as_str()) => {
                Some("it belongs to the cluster".into())
            }
            "Namespace" => {
                let api: Api<PersistentVolumeClaim> =
                    Api::namespaced(self.client().clone(), &key.name);
                let claims = api
                    .list(&ListParams::default())
                    .await
                    .map_err(failed(format!("list the claims in {}", key.spoken())))?;
                let names: Vec<_> = claims
                    .into_iter()
                    .filter_map(|claim| claim.metadata.name)
                    .collect();
                (!names.is_empty())
                    .then(|| format!("it holds the PersistentVolumeClaims {}", names.join(", ")))
            }
            _ => None,
        })
    }

    /// Deletes an object; one that is not there, or whose kind has gone, is deleted already.
    async fn delete(&self, key: &Key, kinds: &Kinds) -> Result<(), Error> {
        let Some(kind) = kinds.preferred(key) else {
            return Ok(());
        };
        let api = kind.api(self.client(), key);
        match api.delete(&key.name, &DeleteParams::background()).await {
            Err(KubeError::Api(response)) if response.code == 404 => Ok(()),
            other => other
                .map(|_| ())
                .map_err(failed(format!("delete {}", key.spoken()))),
        }
    }
}
