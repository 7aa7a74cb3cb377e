//! Where the cluster is not as the code says: an apply that only asks what it would change.
//!
//! Only fields that the stack's objects name can drift: controllers set others, and a person may.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use groundwork_contract::Wave;
use kube::api::{Patch, PatchParams};
use serde_json::Value;

use crate::{
    Cluster, Error, FIELD_MANAGER,
    apply::CONCURRENCY,
    digest::normalised,
    discovery::Kinds,
    error::explain,
    inventory::{Inventory, Owner},
    object::{self, Object},
};

/// What the cluster was compared with, and where it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// How many objects there are to be.
    pub objects: usize,
    /// Each difference in words, by its object.
    pub differences: Vec<String>,
}

impl Cluster {
    /// Where the cluster differs from the objects of `owner` in `waves`. Nothing is changed.
    ///
    /// # Errors
    /// As reading the waves for an apply, and [`Error::Request`].
    pub async fn drift(&self, owner: &Owner, waves: &[Wave]) -> Result<Drift, Error> {
        let waves = object::read(waves)?;
        let kinds = Kinds::discover(self.client()).await;
        let kinds = kinds.map_err(crate::error::failed("ask the API server for its kinds"))?;
        let objects: Vec<_> = waves.iter().flat_map(|wave| &wave.objects).collect();
        let (known, client) = (&kinds, self);
        let mut differences: Vec<_> = stream::iter(&objects)
            .map(|object| async move { client.difference(object, known).await })
            .buffer_unordered(CONCURRENCY)
            .filter_map(|found| async move { found })
            .collect()
            .await;
        let wanted: BTreeSet<_> = objects.iter().map(|object| object.key.clone()).collect();
        let left = Inventory::read(self.client(), owner)
            .await?
            .without(&wanted);
        for key in left {
            // What is kept for a person's data is there on purpose.
            if self.reason_to_keep(&key).await?.is_none() {
                differences.push(format!("{} left {owner} and is still there", key.spoken()));
            }
        }
        differences.sort();
        Ok(Drift {
            objects: objects.len(),
            differences,
        })
    }

    /// What an apply would change in `object`, if anything.
    async fn difference(&self, object: &Object, kinds: &Kinds) -> Option<String> {
        let name = object.key.spoken();
        let Some(kind) = kinds.exact(&object.key, &object.version) else {
            return Some(format!("{name} is of a kind that is not there"));
        };
        let api = kind.api(self.client(), &object.key);
        let params = PatchParams {
            dry_run: true,
            ..PatchParams::apply(FIELD_MANAGER).force()
        };
        let compared = async {
            let Some(before) = api.get_opt(&object.key.name).await? else {
                return Ok(Some("is missing".to_owned()));
            };
            let patch = Patch::Apply(&object.value);
            let after = api.patch(&object.key.name, &params, &patch).await?;
            let plain = |object| {
                let (group, kind) = (&kind.resource.group, &kind.resource.kind);
                normalised(group, kind, object).map_or(Value::Null, |(_, value)| value)
            };
            let fields = differing(&plain(before), &plain(after));
            Ok((!fields.is_empty()).then(|| format!("differs in {}", fields.join(", "))))
        };
        match compared.await {
            Ok(words) => words.map(|words| format!("{name} {words}")),
            Err(error) => Some(format!("{name} cannot be compared: {}", explain(&error))),
        }
    }
}

/// The innermost fields in which `a` and `b` differ, as `spec.rules.0.host`.
fn differing(a: &Value, b: &Value) -> Vec<String> {
    let mut found = vec![];
    compare("", a, b, &mut found);
    found
}

fn compare(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for name in names {
                let of = |map: &serde_json::Map<String, Value>| {
                    map.get(name).cloned().unwrap_or(Value::Null)
                };
                compare(&below(name), &of(a), &of(b), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&below(&index.to_string()), a, b, found);
            }
        }
        (a, b) if a != b => found.push(path.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_that_differs_is_named_with_its_path() {
        let a = json!({"spec": {"rules": [{"host": "a"}], "class": "x"}});
        let b = json!({"spec": {"rules": [{"host": "b"}], "class": "x"}});
        assert_eq!(differing(&a, &b), ["spec.rules.0.host"]);
        assert_eq!(differing(&a, &a), [""; 0]);
    }

    #[test]
    fn a_field_that_is_missing_and_a_list_that_is_longer_differ() {
        let a = json!({"data": {"a": "1"}, "list": [1]});
        let b = json!({"data": {"a": "1", "b": "2"}, "list": [1, 2]});
        assert_eq!(differing(&a, &b), ["data.b", "list"]);
    }
}
