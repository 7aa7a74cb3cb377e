//! Where the cluster is not as the code says: an apply that only asks what it would change.
//!
//! Only fields that the stack's objects name can drift: controllers set others, and a person may.

use std::{collections::BTreeSet, fmt};

use futures::{StreamExt, stream};
use groundwork_contract::Wave;
use kube::api::{Patch, PatchParams};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Cluster, Error, FIELD_MANAGER, Key,
    apply::{CONCURRENCY, may_be_replaced},
    digest::normalised,
    discovery::Kinds,
    error::explain,
    inventory::{Inventory, Owner},
    object::{self, Object},
};

/// What stands for a value of a Secret.
const HIDDEN: &str = "(hidden)";

/// What the cluster was compared with, and where it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// How many objects there are to be.
    pub objects: usize,
    /// Each object that differs, by its name.
    pub differences: Vec<Difference>,
}

/// An object that an apply would change. As text it is a sentence without values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub object: Key,
    /// What would become of it.
    pub change: Change,
}

/// What an apply would do to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Create it.
    Missing,
    /// Create it, once its kind is there.
    UnknownKind,
    /// Change these fields.
    Fields(Vec<Field>),
    /// Delete it and create it again, as the API server changes none such: its words.
    Replaced(String),
    /// Delete it, as it left this owner's objects.
    Left(Owner),
    /// Nobody knows: the API server's words.
    Unknown(String),
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Where it is in the object, as `spec.rules.0.host`.
    pub path: String,
    /// What the cluster has; null for nothing. Values of a Secret are hidden.
    pub before: Value,
    /// What an apply would leave there.
    pub after: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.object.spoken())?;
        match &self.change {
            Change::Missing => write!(formatter, "is missing"),
            Change::UnknownKind => write!(formatter, "is of a kind that is not there"),
            Change::Fields(fields) => {
                let paths: Vec<_> = fields.iter().map(|field| field.path.as_str()).collect();
                write!(formatter, "differs in {}", paths.join(", "))
            }
            Change::Replaced(reason) => write!(formatter, "differs: {reason}"),
            Change::Left(owner) => write!(formatter, "left {owner} and is still there"),
            Change::Unknown(reason) => write!(formatter, "cannot be compared: {reason}"),
        }
    }
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
            .map(|object| async move {
                let change = client.change(object, known).await?;
                let object = object.key.clone();
                Some(Difference { object, change })
            })
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
                differences.push(Difference {
                    object: key.clone(),
                    change: Change::Left(owner.clone()),
                });
            }
        }
        differences.sort_by_cached_key(|it| it.object.spoken());
        Ok(Drift {
            objects: objects.len(),
            differences,
        })
    }

    /// What an apply would change in `object`, if anything.
    async fn change(&self, object: &Object, kinds: &Kinds) -> Option<Change> {
        let Some(kind) = kinds.exact(&object.key, &object.version) else {
            return Some(Change::UnknownKind);
        };
        let api = kind.api(self.client(), &object.key);
        let params = PatchParams {
            dry_run: true,
            ..PatchParams::apply(FIELD_MANAGER).force()
        };
        let compared = async {
            let Some(before) = api.get_opt(&object.key.name).await? else {
                return Ok(Some(Change::Missing));
            };
            let patch = Patch::Apply(&object.value);
            let after = api.patch(&object.key.name, &params, &patch).await?;
            let plain = |object| {
                let (group, kind) = (&kind.resource.group, &kind.resource.kind);
                normalised(group, kind, object).map_or(Value::Null, |(_, value)| value)
            };
            let mut fields = differing(&plain(before), &plain(after));
            if object.key.kind == "Secret" {
                fields.iter_mut().for_each(Field::hide);
            }
            Ok((!fields.is_empty()).then_some(Change::Fields(fields)))
        };
        match compared.await {
            Ok(change) => change,
            Err(error) if may_be_replaced(&object.key.kind, &error) => {
                Some(Change::Replaced(explain(&error)))
            }
            Err(error) => Some(Change::Unknown(explain(&error))),
        }
    }
}

impl Field {
    /// Leaves of a Secret's value no more than that it is there.
    fn hide(&mut self) {
        if !self.path.starts_with("data") && !self.path.starts_with("stringData") {
            return;
        }
        for value in [&mut self.before, &mut self.after] {
            if !value.is_null() {
                *value = HIDDEN.into();
            }
        }
    }
}

/// The innermost fields in which `before` and `after` differ.
fn differing(before: &Value, after: &Value) -> Vec<Field> {
    let mut found = vec![];
    compare("", before, after, &mut found);
    found
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<Field>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            for name in names {
                let of = |map: &serde_json::Map<String, Value>| {
                    map.get(name).cloned().unwrap_or(Value::Null)
                };
                compare(&below(name), &of(before), &of(after), found);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(&below(&index.to_string()), before, after, found);
            }
        }
        (before, after) if before != after => found.push(Field {
            path: path.to_owned(),
            before: before.clone(),
            after: after.clone(),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(path: &str, before: Value, after: Value) -> Field {
        let path = path.into();
        Field {
            path,
            before,
            after,
        }
    }

    #[test]
    fn a_field_that_differs_is_named_with_its_path_and_both_values() {
        let a = json!({"spec": {"rules": [{"host": "a"}], "class": "x"}});
        let b = json!({"spec": {"rules": [{"host": "b"}], "class": "x"}});
        let host = field("spec.rules.0.host", "a".into(), "b".into());
        assert_eq!(differing(&a, &b), [host]);
        assert_eq!(differing(&a, &a), []);
    }

    #[test]
    fn a_field_that_is_missing_and_a_list_that_is_longer_differ() {
        let a = json!({"data": {"a": "1"}, "list": [1]});
        let b = json!({"data": {"a": "1", "b": "2"}, "list": [1, 2]});
        let added = field("data.b", Value::Null, "2".into());
        let longer = field("list", json!([1]), json!([1, 2]));
        assert_eq!(differing(&a, &b), [added, longer]);
    }

    #[test]
    fn of_a_secret_only_what_is_no_value_is_told() {
        let before = json!({"data": {"tls.key": "a2V5"}, "type": "a"});
        let after = json!({"data": {"tls.key": "bmV3"}, "stringData": {"a": "b"}, "type": "b"});
        let mut fields = differing(&before, &after);
        fields.iter_mut().for_each(Field::hide);
        let hidden = || Value::from(HIDDEN);
        let expected = [
            field("data.tls.key", hidden(), hidden()),
            field("stringData", Value::Null, hidden()),
            field("type", "a".into(), "b".into()),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn each_change_is_a_sentence() {
        let words = |change| {
            let object = "/ConfigMap/shop/settings".parse().unwrap();
            Difference { object, change }.to_string()
        };
        let fields = ["data.a", "data.b"].map(|path| field(path, Value::Null, Value::Null));
        let fields = Change::Fields(fields.into());
        assert_eq!(
            words(fields),
            "ConfigMap shop/settings differs in data.a, data.b"
        );
        assert_eq!(words(Change::Missing), "ConfigMap shop/settings is missing");
        let left = "ConfigMap shop/settings left the stack and is still there";
        assert_eq!(words(Change::Left(Owner::Stack)), left);
    }
}
