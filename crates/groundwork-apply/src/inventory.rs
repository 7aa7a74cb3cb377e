//! What we have applied, kept in the cluster itself, so that what leaves the stack can be found.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client,
    api::{Patch, PatchParams},
};
use serde_json::json;

use crate::{Error, FIELD_MANAGER, Key, error::failed};

const NAMESPACE: &str = "kube-system";
const NAME: &str = "groundwork-inventory";
const ENTRY: &str = "objects";

/// The keys of all applied objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inventory(BTreeSet<Key>);

impl Inventory {
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The cluster's inventory; empty before the first apply.
    pub async fn read(client: &Client) -> Result<Self, Error> {
        let api: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
        let map = api
            .get_opt(NAME)
            .await
            .map_err(failed("read the inventory"))?;
        let text = map.and_then(|map| map.data?.remove(ENTRY));
        Self::parse(&text.unwrap_or_default()).map_err(|reason| Error::Request {
            what: format!("read the inventory (ConfigMap {NAMESPACE}/{NAME})"),
            reason,
        })
    }

    /// Replaces the cluster's inventory, which is `there`, if it differs.
    pub async fn write(&self, client: &Client, there: &Self) -> Result<(), Error> {
        if self == there {
            return Ok(());
        }
        let api: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": NAMESPACE},
            "data": {ENTRY: self.render()},
        });
        let params = PatchParams::apply(FIELD_MANAGER).force();
        api.patch(NAME, &params, &Patch::Apply(map))
            .await
            .map_err(failed("write the inventory"))?;
        Ok(())
    }

    pub fn with(&self, more: &BTreeSet<Key>) -> Self {
        Self(self.0.union(more).cloned().collect())
    }

    pub fn without(&self, wanted: &BTreeSet<Key>) -> Vec<Key> {
        self.0.difference(wanted).cloned().collect()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.lines()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn render(&self) -> String {
        self.0.iter().map(|key| key.to_string() + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "/Namespace//hello\napps/Deployment/hello/hello\n";

    #[test]
    fn an_inventory_is_read_back_as_it_was_written() {
        assert_eq!(Inventory::parse(TEXT).unwrap().render(), TEXT);
    }

    #[test]
    fn what_left_the_stack_is_what_the_inventory_has_beyond_it() {
        let wanted = BTreeSet::from(["/Namespace//hello".parse().unwrap()]);
        let left = Inventory::parse(TEXT).unwrap().without(&wanted);
        assert_eq!(left, ["apps/Deployment/hello/hello".parse().unwrap()]);
    }

    #[test]
    fn a_line_that_is_no_key_is_not_passed_over() {
        assert!(Inventory::parse("nonsense\n").is_err());
    }
}
