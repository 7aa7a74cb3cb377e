//! What is known about one version of a secret without its values.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::api::ObjectMeta;
use serde::Serialize;

use super::{Id, Kind};

const KIND: &str = "groundwork/kind";
/// The annotation with a version's number.
pub(crate) const VERSION: &str = "groundwork/version";
const FIELDS: &str = "groundwork/fields";
const WHO: &str = "groundwork/who";
const WHEN: &str = "groundwork/when";
const WHY: &str = "groundwork/why";

/// The label of a current version's object; its value is the secret's name.
pub(super) const CURRENT: &str = "groundwork/secret";
/// The label of a kept version's object; its value is the secret's name.
pub(super) const VERSION_OF: &str = "groundwork/version-of";

/// Who writes a version, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who: `user:alice`, or a program.
    pub who: String,
    /// Why, in their words.
    pub why: String,
}

/// One version of a secret, without its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    #[serde(serialize_with = "as_name")]
    pub kind: Kind,
    /// Its version, counted from 1.
    pub version: u32,
    /// Whether it is the one that services read.
    pub current: bool,
    /// The names of its fields.
    pub fields: Vec<String>,
    /// Who wrote it.
    pub who: String,
    /// When.
    pub when: Timestamp,
    /// Why.
    pub why: String,
}

impl Entry {
    /// The secret that it is a version of.
    #[must_use]
    pub fn id(&self) -> Id {
        Id {
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }

    /// The annotations that [`of`](Self::of) reads.
    pub(super) fn annotations(&self) -> BTreeMap<String, String> {
        let pairs = [
            (KIND, self.kind.to_string()),
            (VERSION, self.version.to_string()),
            (FIELDS, self.fields.join(",")),
            (WHO, self.who.clone()),
            (WHEN, self.when.to_string()),
            (WHY, self.why.clone()),
        ];
        pairs.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// What an object's metadata say; `None` when this crate has not written them.
    pub(super) fn of(meta: &ObjectMeta) -> Option<Self> {
        let label = |key| meta.labels.as_ref()?.get(key).cloned();
        let note = |key| meta.annotations.as_ref()?.get(key);
        let current = label(CURRENT);
        Some(Self {
            namespace: meta.namespace.clone()?,
            current: current.is_some(),
            name: current.or_else(|| label(VERSION_OF))?,
            kind: note(KIND)?.parse().ok()?,
            version: note(VERSION)?.parse().ok()?,
            fields: note(FIELDS)?.split(',').map(str::to_owned).collect(),
            who: note(WHO)?.clone(),
            when: note(WHEN)?.parse().ok()?,
            why: note(WHY)?.clone(),
        })
    }
}

fn as_name<S: serde::Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}
