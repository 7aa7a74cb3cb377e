//! The objects in the waves' files: read and judged before anything touches the cluster.

use std::{collections::BTreeMap, fs};

use groundwork_contract::Wave;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Error, Key, Rejection};

/// An object as its file has it, with our label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object {
    pub key: Key,
    pub version: String,
    /// File and line, `system.yaml:12`.
    pub origin: String,
    pub value: Value,
}

/// The objects of one wave.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Objects {
    pub wave: String,
    pub objects: Vec<Object>,
}

impl Object {
    /// The API group that this object adds to the cluster, if it does.
    pub fn brings_group(&self) -> Option<&str> {
        match self.key.kind.as_str() {
            "CustomResourceDefinition" | "APIService" => self.value["spec"]["group"].as_str(),
            _ => None,
        }
    }

    pub fn rejected(&self, reason: String) -> Rejection {
        Rejection {
            object: self.key.clone(),
            origin: self.origin.clone(),
            reason,
        }
    }

    pub fn of_unknown_kind(&self) -> Rejection {
        let api_version = self.value["apiVersion"].as_str().unwrap_or_default();
        self.rejected(format!(
            "the cluster has no kind {} in {api_version}",
            self.key.kind
        ))
    }
}

/// Reads every wave. An object may be in one place only.
pub(crate) fn read(waves: &[Wave]) -> Result<Vec<Objects>, Error> {
    let mut seen = BTreeMap::new();
    waves
        .iter()
        .map(|wave| {
            let path = &wave.objects;
            let text = fs::read_to_string(path).map_err(|source| Error::Read {
                path: path.clone(),
                source,
            })?;
            let fault = |(line, reason)| Error::Document {
                path: path.clone(),
                line,
                reason,
            };
            let mut objects = vec![];
            for (line, document) in documents(&text) {
                let origin = format!("{}:{line}", path.display());
                let Some(object) = parse(document, origin)
                    .map_err(|(within, reason)| fault((line + within, reason)))?
                else {
                    continue;
                };
                if let Some(first) = seen.insert(object.key.clone(), object.origin.clone()) {
                    let reason = format!("{} is in {first} already", object.key.spoken());
                    return Err(fault((line, reason)));
                }
                objects.push(object);
            }
            Ok(Objects {
                wave: wave.name.clone(),
                objects,
            })
        })
        .collect()
}

/// The objects in a text of YAML documents, each as JSON has it.
///
/// # Errors
/// Where a document is no object: its line, counted from 1, and why.
pub fn objects(text: &str) -> Result<Vec<Value>, Error> {
    let read = documents(text).into_iter().map(|(line, document)| {
        let parsed = parse(document, String::new());
        parsed.map_err(|(within, reason)| Error::Document {
            path: "-".into(),
            line: line + within,
            reason,
        })
    });
    let read: Vec<Option<Object>> = read.collect::<Result<_, _>>()?;
    Ok(read
        .into_iter()
        .flatten()
        .map(|object| object.value)
        .collect())
}

/// The documents in `text`, each with the line on which it begins, counted from 1.
///
/// A line that begins with `---` always begins a document in YAML, even within a block scalar.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let is_marker = |line: &str| {
        line.strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
    };
    let mut found = vec![];
    let (mut begin, mut begin_line, mut at) = (0, 1, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if is_marker(line) && at > begin {
            found.push((begin_line, &text[begin..at]));
            (begin, begin_line) = (at, number + 1);
        }
        at += line.len();
    }
    found.push((begin_line, &text[begin..]));
    found
}

/// The object in `document`; none in an empty one. A fault comes with its line, counted from 0.
fn parse(document: &str, origin: String) -> Result<Option<Object>, (usize, String)> {
    // By way of YAML's own value, which refuses a key that is there twice.
    let yaml = serde_yaml_ng::Value::deserialize(serde_yaml_ng::Deserializer::from_str(document))
        .map_err(|error| {
        let line = error.location().map_or(0, |at| at.line().saturating_sub(1));
        (line, error.to_string())
    })?;
    if yaml.is_null() {
        return Ok(None);
    }
    let mut value = serde_json::to_value(yaml).map_err(|error| (0, error.to_string()))?;
    let text = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| {
                (
                    0,
                    format!("the object has no {}", pointer[1..].replace('/', ".")),
                )
            })
    };
    let api_version = text("/apiVersion")?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let key = Key {
        group: group.into(),
        kind: text("/kind")?,
        namespace: text("/metadata/namespace").ok(),
        name: text("/metadata/name")?,
    };
    let version = version.into();
    label(&mut value);
    Ok(Some(Object {
        key,
        version,
        origin,
        value,
    }))
}

/// Marks the object, but never what it makes: a pod or a copy is not ours to list or prune.
fn label(value: &mut Value) {
    let labels = &mut value["metadata"]["labels"];
    if !labels.is_object() {
        *labels = json!({});
    }
    if let Some((label, manager)) = crate::MANAGED_BY.split_once('=') {
        labels[label] = manager.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: hello
---
# a comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  namespace: hello
";

    fn read_text(text: &str) -> Result<Vec<Object>, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let wave = Wave {
            name: "test".into(),
            objects: file.path().into(),
            topics: None,
            secrets: None,
        };
        read(&[wave]).map(|mut waves| waves.remove(0).objects)
    }

    fn fault(text: &str) -> (usize, String) {
        match read_text(text).unwrap_err() {
            Error::Document { line, reason, .. } => (line, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_document_is_an_object_that_knows_its_line() {
        let objects = read_text(TWO).unwrap();
        let keys: Vec<_> = objects.iter().map(|o| o.key.to_string()).collect();
        assert_eq!(keys, ["/Namespace//hello", "apps/Deployment/hello/hello"]);
        assert!(objects[1].origin.ends_with(":5"), "{}", objects[1].origin);
        assert_eq!(objects[1].version, "v1");
    }

    #[test]
    fn every_object_is_labelled_as_ours() {
        let objects = read_text(TWO).unwrap();
        assert_eq!(
            objects[0].value["metadata"]["labels"]["app.kubernetes.io/managed-by"],
            "groundwork"
        );
    }

    #[test]
    fn an_empty_document_is_no_object() {
        assert_eq!(read_text("---\n# nothing\n---\n").unwrap(), []);
    }

    #[test]
    fn a_marker_within_a_value_begins_no_document() {
        let text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    ---\n    b\n";
        assert_eq!(read_text(text).unwrap().len(), 1);
    }

    #[test]
    fn broken_yaml_in_a_later_document_is_reported_with_the_files_line() {
        let (line, reason) = fault(&format!("{TWO}---\napiVersion: v1\nkind: [\n"));
        assert!((13..=15).contains(&line), "{line}: {reason}");
    }

    #[test]
    fn an_object_without_a_name_is_reported() {
        let (line, reason) = fault("apiVersion: v1\nkind: Namespace\nmetadata: {}\n");
        assert_eq!((line, &*reason), (1, "the object has no metadata.name"));
    }

    #[test]
    fn a_key_that_is_there_twice_is_reported() {
        let (_, reason) = fault("apiVersion: v1\nkind: A\nkind: B\nmetadata: {name: a}\n");
        assert!(reason.contains("duplicate"), "{reason}");
    }

    #[test]
    fn the_same_object_twice_is_reported_with_its_first_place() {
        let (line, reason) = fault(&format!("{TWO}---\n{TWO}"));
        assert_eq!(line, 12);
        assert!(reason.starts_with("Namespace hello is in "), "{reason}");
    }
}
