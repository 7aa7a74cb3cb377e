//! What we have applied, kept in the cluster itself, so that what leaves the stack or a service can be found.

use std::{collections::BTreeSet, fmt};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::{Error, FIELD_MANAGER, Key, error::failed};

const NAMESPACE: &str = "kube-system";
const NAME: &str = "groundwork-inventory";
const ENTRY: &str = "objects";
/// The label of a service's inventory; its value is the service.
const LABEL: &str = "groundwork/inventory";

/// Whose objects they are: each owner's apply prunes its own and no other's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The stack, by `up`.
    Stack,
    /// A person's service of that name, by `deploy`.
    Service(String),
    /// The Git repository that is followed.
    Repository,
}

impl Owner {
    /// The name of its inventory.
    fn inventory(&self) -> String {
        match self {
            Self::Stack => NAME.into(),
            Self::Service(name) => format!("{NAME}-of-{name}"),
            Self::Repository => format!("{NAME}.repository"),
        }
    }

    fn labels(&self) -> Value {
        match self {
            Self::Stack | Self::Repository => json!({}),
            Self::Service(name) => json!({LABEL: name}),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stack => write!(formatter, "the stack"),
            Self::Service(name) => write!(formatter, "the service {name}"),
            Self::Repository => write!(formatter, "the Git repository"),
        }
    }
}

/// The keys of all applied objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inventory(BTreeSet<Key>);

impl Inventory {
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The owner's inventory; empty before its first apply.
    pub async fn read(client: &Client, owner: &Owner) -> Result<Self, Error> {
        let map = maps(client).get_opt(&owner.inventory()).await;
        match map.map_err(failed(format!("read the inventory of {owner}")))? {
            Some(map) => Self::of_map(map),
            None => Ok(Self::default()),
        }
    }

    /// Replaces the owner's inventory, which is `there`, if it differs. An empty one goes.
    pub async fn write(&self, client: &Client, owner: &Owner, there: &Self) -> Result<(), Error> {
        if self == there {
            return Ok(());
        }
        let (api, name) = (maps(client), owner.inventory());
        let done = if self.0.is_empty() {
            api.delete(&name, &DeleteParams::default()).await.map(drop)
        } else {
            let map = json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "namespace": NAMESPACE, "labels": owner.labels()},
                "data": {ENTRY: self.render()},
            });
            let params = PatchParams::apply(FIELD_MANAGER).force();
            api.patch(&name, &params, &Patch::Apply(map))
                .await
                .map(drop)
        };
        done.map_err(failed(format!("write the inventory of {owner}")))
    }

    /// Of `wanted`, what the inventories of others than `owner` have, with whose each is.
    pub async fn taken(
        client: &Client,
        owner: &Owner,
        wanted: &BTreeSet<Key>,
    ) -> Result<Vec<(Key, Owner)>, Error> {
        let of_services = ListParams::default().labels(LABEL);
        let maps = maps(client).list(&of_services).await;
        let mut all = vec![];
        for one in [Owner::Stack, Owner::Repository] {
            let theirs = Self::read(client, &one).await?;
            all.push((one, theirs));
        }
        for mut map in maps.map_err(failed("list the services' inventories"))? {
            let labels = map.metadata.labels.as_mut();
            let name = labels.and_then(|labels| labels.remove(LABEL));
            all.push((Owner::Service(name.unwrap_or_default()), Self::of_map(map)?));
        }
        let others = all.into_iter().filter(|(other, _)| other != owner);
        let taken = others.flat_map(|(other, theirs)| {
            let both: Vec<_> = theirs.0.intersection(wanted).cloned().collect();
            both.into_iter().map(move |key| (key, other.clone()))
        });
        Ok(taken.collect())
    }

    fn of_map(map: ConfigMap) -> Result<Self, Error> {
        let text = map.data.and_then(|mut data| data.remove(ENTRY));
        Self::parse(&text.unwrap_or_default()).map_err(|reason| Error::Request {
            what: format!(
                "read the ConfigMap {NAMESPACE}/{}",
                map.metadata.name.unwrap_or_default()
            ),
            reason,
        })
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

fn maps(client: &Client) -> Api<ConfigMap> {
    Api::namespaced(client.clone(), NAMESPACE)
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
