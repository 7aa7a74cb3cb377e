//! secrets.yaml: the secrets that a stack's services need. Their values are never in a file.
//!
//! ```yaml
//! secrets:
//!   - namespace: hello
//!     name: hello-token
//!     kind: token
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Error, Id, Kind};

/// The secrets that a file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// In the order of the file.
    pub secrets: Vec<Need>,
}

/// A secret that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which.
    pub id: Id,
    /// Of which kind.
    pub kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    secrets: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    namespace: String,
    name: String,
    kind: String,
}

impl Declared {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Error::Declared`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let wrong = |reason: String| Error::Declared {
            path: PathBuf::from(path),
            reason,
        };
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let file: File =
            serde_yaml_ng::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let need = |item: &Item| {
            Ok(Need {
                id: Id::new(&item.namespace, &item.name)?,
                kind: item.kind.parse()?,
            })
        };
        let secrets: Result<_, Error> = file.secrets.iter().map(need).collect();
        Ok(Self {
            secrets: secrets.map_err(|error| wrong(error.to_string()))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Declared, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        Declared::read(file.path())
    }

    #[test]
    fn what_a_stack_needs_is_read() {
        let declared =
            read("secrets:\n  - {namespace: hello, name: hello-token, kind: token}\n").unwrap();
        let [need] = &declared.secrets[..] else {
            panic!("{declared:?}");
        };
        assert_eq!(
            (need.id.to_string().as_str(), need.kind),
            ("hello/hello-token", Kind::Token)
        );
    }

    #[test]
    fn a_wrong_kind_a_wrong_name_and_a_value_are_refused() {
        for (line, reason) in [
            ("{namespace: a, name: b, kind: password}", "password"),
            ("{namespace: a, name: B, kind: token}", "'B'"),
            ("{namespace: a, name: b, kind: token, value: x}", "value"),
        ] {
            let error = read(&format!("secrets:\n  - {line}\n")).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
