//! Packages of npm: those of a lock that are not for development alone.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use super::{hex, text};
use crate::{
    Error, Part,
    bill::{Algorithm, Hash},
    licence::Licences,
};

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Package>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    version: String,
    integrity: Option<String>,
    license: Option<String>,
    /// For another platform, it may be, and not installed.
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    dev: bool,
}

pub(super) fn parts(lock: &Path) -> Result<Vec<Part>, Error> {
    let locked: Lock = serde_json::from_str(&text(lock)?).map_err(Error::json(lock))?;
    let mut parts = vec![];
    for (path, package) in locked.packages {
        // The one without a path is the page itself.
        let Some((_, full)) = path.rsplit_once("node_modules/") else {
            continue;
        };
        if package.dev || package.optional {
            continue;
        }
        let (group, name) = match full.split_once('/') {
            Some((group, name)) => (Some(group), name),
            None => (None, full),
        };
        let hash = package
            .integrity
            .map(|it| integrity(full, &it))
            .transpose()?;
        let licences = Licences::stated(&package.license.unwrap_or_default());
        parts.push(Part::of("npm", group, name, &package.version)?.with(hash, licences));
    }
    Ok(parts)
}

/// A hash as in `sha512-BASE64` (Subresource Integrity).
fn integrity(name: &str, text: &str) -> Result<Hash, Error> {
    let bytes = text
        .strip_prefix("sha512-")
        .and_then(|it| BASE64_STANDARD.decode(it).ok());
    let bytes = bytes.ok_or_else(|| Error::Hash { part: name.into() })?;
    Ok(Hash {
        algorithm: Algorithm::Sha512,
        value: hex(&bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_development_alone_is_no_part() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("package-lock.json");
        std::fs::write(
            &lock,
            r#"{"packages": {"": {}, "node_modules/@a/b": {"version": "1.0.0", "license": "MIT", "integrity": "sha512-AAA="},
                "node_modules/c": {"version": "2.0.0", "dev": true}}}"#,
        )
        .unwrap();
        let parts = parts(&lock).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].url, "pkg:npm/%40a/b@1.0.0");
        assert_eq!(parts[0].hash.as_ref().unwrap().value, "0000");
    }
}
