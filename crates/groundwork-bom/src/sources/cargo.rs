//! Crates of Rust: what cargo says that a program is compiled of.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::text;
use crate::{Error, Part, bill::Hash, licence::Licences};

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// Those of our own repository have none.
    checksum: Option<String>,
}

pub(super) fn parts(tree: &Path, lock: &Path) -> Result<Vec<Part>, Error> {
    let locked: Lock = toml::from_str(&text(lock)?).map_err(Error::toml(lock))?;
    let pins: BTreeMap<_, _> = locked
        .package
        .iter()
        .map(|it| ((&*it.name, &*it.version), it.checksum.as_deref()))
        .collect();
    let mut parts = vec![];
    for line in text(tree)?.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            return Err(Error::Line {
                path: tree.into(),
                line: line.into(),
                wanted: "a crate, its version and its licence",
            });
        };
        let Some(checksum) = pins.get(&(name, version)) else {
            return Err(Error::NotPinned {
                part: format!("{name} {version}"),
                path: tree.into(),
            });
        };
        let licences = Licences::stated(words.next().unwrap_or_default());
        let part = Part::of("cargo", None, name, version)?;
        parts.push(part.with(checksum.map(Hash::sha256), licences));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_crate_has_the_locks_hash_and_one_that_is_not_locked_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, lock) = (folder.path().join("tree"), folder.path().join("Cargo.lock"));
        fs::write(
            &lock,
            "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n",
        )
        .unwrap();
        fs::write(&tree, "a 1.0.0 MIT\nours 0.1.0 Apache-2.0\n").unwrap();
        let parts = parts(&tree, &lock).unwrap();
        let hashes: Vec<_> = parts.iter().map(|part| part.hash.clone()).collect();
        assert_eq!(hashes, [Some(Hash::sha256("ab")), None]);
        assert_eq!(parts[0].licences, Licences::Declared("MIT".into()));
        fs::write(&tree, "a 2.0.0 MIT\n").unwrap();
        let error = super::parts(&tree, &lock).unwrap_err();
        assert!(error.to_string().starts_with("a 2.0.0 is in "), "{error}");
    }
}
