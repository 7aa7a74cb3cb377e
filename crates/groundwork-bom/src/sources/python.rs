//! Packages of Python, as each describes itself (packaging.python.org, core metadata).

use std::path::Path;

use super::{entries, name, text};
use crate::{Error, Part, bill::Hash, licence::Licences, spec::Pin};

pub(super) fn parts(packages: &Path, pins: &[Pin]) -> Result<Vec<Part>, Error> {
    let mut parts = vec![];
    let mut left: Vec<_> = pins.iter().collect();
    for path in entries(packages)? {
        if !name(&path).ends_with(".dist-info") {
            continue;
        }
        let metadata = text(&path.join("METADATA"))?;
        // Its description follows after an empty line.
        let fields: Vec<_> = metadata
            .lines()
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(": "))
            .collect();
        let field = |wanted: &str| {
            let mut values = fields.iter().filter(|(key, _)| *key == wanted);
            values.next().map(|(_, value)| *value)
        };
        let own = normal(field("Name").unwrap_or_default());
        let place = left.iter().position(|pin| normal(&pin.name) == own);
        let Some(place) = place else {
            return Err(Error::NotPinned {
                part: own,
                path: packages.into(),
            });
        };
        let pin = left.remove(place);
        let classified = || {
            let classifiers = fields.iter().filter(|(key, _)| *key == "Classifier");
            let licences = classifiers
                .filter_map(|(_, value)| value.strip_prefix("License :: OSI Approved :: "));
            Licences::named(licences.map(str::to_owned))
        };
        let stated = field("License-Expression").or(field("License"));
        let licences = match stated.map_or(Licences::Unknown, Licences::stated) {
            declared @ Licences::Declared(_) => declared,
            other => match classified() {
                Licences::Unknown => other,
                classified => classified,
            },
        };
        let part = Part::of("pypi", None, &own, &pin.version)?;
        parts.push(part.with(Some(Hash::sha256(&pin.sha256)), licences));
    }
    match left.first() {
        Some(pin) => Err(Error::Missing {
            part: pin.name.clone(),
            path: packages.into(),
        }),
        None => Ok(parts),
    }
}

/// A name as registries compare them (PEP 503).
fn normal(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_package_is_found_by_its_normal_name_and_none_may_be_left() {
        let folder = tempfile::tempdir().unwrap();
        let info = folder.path().join("Some_thing-1.0.dist-info");
        fs::create_dir(&info).unwrap();
        fs::write(
            info.join("METADATA"),
            "Metadata-Version: 2.4\nName: Some.Thing\nLicense: see the file\nClassifier: License :: OSI Approved :: MIT License\n\nLicense: none\n",
        )
        .unwrap();
        let pin = |name: &str| Pin {
            name: name.into(),
            version: "1.0".into(),
            sha256: "ab".into(),
        };
        let found = parts(folder.path(), &[pin("some-thing")]).unwrap();
        assert_eq!(found[0].url, "pkg:pypi/some-thing@1.0");
        assert_ne!(found[0].licences, Licences::Unknown);
        let two = parts(folder.path(), &[pin("some-thing"), pin("other")]);
        assert!(matches!(two, Err(Error::Missing { .. })));
        assert!(matches!(
            parts(folder.path(), &[]),
            Err(Error::NotPinned { .. })
        ));
    }
}
