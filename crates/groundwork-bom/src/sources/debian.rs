//! Packages of Debian: an image carries the licence of each that something of is in it.

use std::path::Path;

use super::{entries, name, text};
use crate::{Error, Part, bill::Hash, licence::Licences, spec::Pin};

pub(super) fn parts(pins: &[Pin], licences: &Path) -> Result<Vec<Part>, Error> {
    let part = |path: &Path| {
        let package = name(path);
        let pin = pins.iter().find(|pin| pin.name == package);
        let pin = pin.ok_or_else(|| Error::NotPinned {
            part: package.clone(),
            path: licences.into(),
        })?;
        let copyright = match path.is_dir() {
            true => path.join("copyright"),
            false => path.into(),
        };
        let part = Part::of("deb", Some("debian"), &pin.name, &pin.version)?;
        let licences = Licences::named(short_names(&text(&copyright)?));
        // Who built it is no part of its name.
        Ok(Part {
            group: None,
            ..part.with(Some(Hash::sha256(&pin.sha256)), licences)
        })
    };
    entries(licences)?.iter().map(|path| part(path)).collect()
}

/// The names of a machine-readable copyright file (DEP-5); of any other there are none.
fn short_names(copyright: &str) -> Vec<String> {
    let machine_readable = copyright.starts_with("Format:");
    let lines = copyright.lines().filter(|_| machine_readable);
    lines
        .filter_map(|line| line.strip_prefix("License:"))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_package_has_its_pin_and_the_names_of_its_licences() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("libexample1");
        fs::create_dir(&package).unwrap();
        fs::write(
            package.join("copyright"),
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: LGPL-2.1+\n\nFiles: b\nLicense: Expat\n",
        )
        .unwrap();
        let pin = Pin {
            name: "libexample1".into(),
            version: "1:1.0~rc1-1".into(),
            sha256: "ab".into(),
        };
        let found = parts(&[pin], folder.path()).unwrap();
        assert_eq!(found[0].url, "pkg:deb/debian/libexample1@1:1.0~rc1-1");
        assert_eq!(
            found[0].licences,
            Licences::Named(vec!["Expat".into(), "LGPL-2.1+".into()])
        );
        assert!(matches!(
            parts(&[], folder.path()),
            Err(Error::NotPinned { .. })
        ));
    }
}
