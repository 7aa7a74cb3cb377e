//! Modules of Go: what each program says that it is linked of.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use groundwork_process::exec::Command;
use serde::Deserialize;

use super::{entries, hex, name, text};
use crate::{Error, Part, bill::Hash, licence::Licences};

/// What `go version -m -json` prints of a program, which is `runtime/debug.BuildInfo`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BuildInfo {
    go_version: String,
    main: Module,
    #[serde(default)]
    deps: Vec<Module>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module {
    path: String,
    #[serde(default)]
    version: String,
    replace: Option<Box<Module>>,
}

pub(super) fn parts(
    programs: &Path,
    only: &[String],
    sums: &Path,
    licences: &Path,
) -> Result<Vec<Part>, Error> {
    let sums = hashes(sums)?;
    let mut parts = vec![];
    for program in entries(programs)? {
        // Another name of the same program.
        if program.is_symlink() || !only.is_empty() && !only.contains(&name(&program)) {
            continue;
        }
        let read = Command::new("go").args(["version", "-m", "-json"]);
        let read = read.arg(&program).read()?;
        let built: BuildInfo = serde_json::from_str(&read).map_err(Error::json(&program))?;
        let version = built.go_version.trim_start_matches("go");
        // By this name vulnerability databases know the standard library.
        let library = Part::of("golang", None, "stdlib", version)?;
        parts.push(library.with(None, Licences::Declared("BSD-3-Clause".into())));
        for module in built.deps.iter().chain([&built.main]) {
            parts.extend(part(module, &sums, licences)?);
        }
    }
    Ok(parts)
}

fn part(
    module: &Module,
    sums: &BTreeMap<(String, String), Hash>,
    licences: &Path,
) -> Result<Option<Part>, Error> {
    // What is replaced is not in the program. Licences stay where the import path leads.
    let real = module.replace.as_deref().unwrap_or(module);
    // Of our own folder: a stub beside the go.mod, and a main package without a version.
    if real.path.starts_with('.') || real.version.is_empty() || real.version == "(devel)" {
        return Ok(None);
    }
    let (group, name) = match real.path.rsplit_once('/') {
        Some((group, name)) => (Some(group), name),
        None => (None, &*real.path),
    };
    let hash = sums.get(&(real.path.clone(), real.version.clone()));
    let licences = Licences::in_folder(&licences.join(&module.path))?;
    let part = Part::of("golang", group, name, &real.version)?;
    // A module has no other name than its path.
    let part = Part {
        group: None,
        name: real.path.clone(),
        ..part.with(hash.cloned(), licences)
    };
    Ok(Some(part))
}

/// The hashes of a go.sum, each a SHA-256 over the list of a module's files (golang.org/x/mod/sumdb/dirhash, Hash1).
fn hashes(path: &Path) -> Result<BTreeMap<(String, String), Hash>, Error> {
    let mut hashes = BTreeMap::new();
    for line in text(path)?.lines() {
        let words: Vec<_> = line.split(' ').collect();
        let [module, version, hash] = words[..] else {
            return Err(Error::Line {
                path: path.into(),
                line: line.into(),
                wanted: "a module, its version and its hash",
            });
        };
        if version.ends_with("/go.mod") {
            continue;
        }
        let bytes = hash
            .strip_prefix("h1:")
            .and_then(|it| BASE64_STANDARD.decode(it).ok());
        let bytes = bytes.ok_or_else(|| Error::Hash {
            part: format!("{module} {version}"),
        })?;
        let hash = Hash::sha256(hex(&bytes));
        hashes.insert((module.to_owned(), version.to_owned()), hash);
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_the_hash_of_its_go_sum_and_a_replaced_one_is_what_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let sums = folder.path().join("go.sum");
        let zeros = BASE64_STANDARD.encode([0; 32]);
        std::fs::write(
            &sums,
            format!("a.example/b v1.0.0 h1:{zeros}\na.example/b v1.0.0/go.mod h1:{zeros}\n"),
        )
        .unwrap();
        let sums = hashes(&sums).unwrap();
        let module = |text: &str| {
            let module: Module = serde_json::from_str(text).unwrap();
            part(&module, &sums, folder.path()).unwrap()
        };
        let replaced = module(
            r#"{"Path": "old.example/c", "Version": "v9.0.0",
                "Replace": {"Path": "a.example/b", "Version": "v1.0.0"}}"#,
        );
        let replaced = replaced.unwrap();
        assert_eq!(replaced.url, "pkg:golang/a.example/b@v1.0.0");
        assert_eq!(replaced.hash, Some(Hash::sha256("00".repeat(32))));
        assert_eq!(
            module(r#"{"Path": "groundwork", "Version": "(devel)"}"#),
            None
        );
        let stub =
            r#"{"Path": "a.example/d", "Version": "v1.0.0", "Replace": {"Path": "./stubs/d"}}"#;
        assert_eq!(module(stub), None);
    }
}
