//! Java archives, by the names under which Maven's repository has them.

use std::{collections::BTreeSet, path::Path};

use groundwork_process::exec::Command;
use sha2::{Digest, Sha256};

use super::{entries, hex, name, text};
use crate::{Error, Part, bill::Hash, licence::Licences};

pub(super) fn parts(jars: &Path, names: &Path, licences: &Path) -> Result<Vec<Part>, Error> {
    let (mut parts, mut inside) = (vec![], vec![]);
    let mut left: BTreeSet<_> = entries(jars)?.iter().map(|path| name(path)).collect();
    for line in text(names)?.lines() {
        let words: Vec<_> = line.split(':').collect();
        let [group, artifact, version] = words[..] else {
            return Err(Error::Line {
                path: names.into(),
                line: line.into(),
                wanted: "GROUP:ARTIFACT:VERSION",
            });
        };
        let stem = format!("{artifact}-{version}");
        let file = format!("{stem}.jar");
        if !left.remove(&file) {
            return Err(Error::Missing {
                part: line.into(),
                path: jars.into(),
            });
        }
        let jar = jars.join(file);
        let bytes = std::fs::read(&jar).map_err(Error::io("read", &jar))?;
        let hash = Hash::sha256(hex(&Sha256::digest(bytes)));
        let part = Part::of("maven", Some(group), artifact, version)?;
        parts.push(part.with(Some(hash), licence(&licences.join(&stem))?));
        inside.extend(within(&jar, artifact)?);
    }
    match left.pop_first() {
        Some(part) => Err(Error::NotPinned {
            part,
            path: jars.into(),
        }),
        None => {
            parts.extend(inside);
            Ok(parts)
        }
    }
}

/// What the texts that came with an archive say, or else its project's description.
fn licence(folder: &Path) -> Result<Licences, Error> {
    let description = folder.join("pom.xml");
    if description.is_file() {
        return Ok(Licences::named(described(&text(&description)?)));
    }
    Licences::in_folder(folder)
}

/// The names in a project's `<licenses>`.
fn described(pom: &str) -> Vec<String> {
    let between = |text: &str, start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_owned())
    };
    let Some(all) = between(pom, "<licenses>", "</licenses>") else {
        return vec![];
    };
    let each = all.split("<license>").skip(1);
    each.filter_map(|licence| between(licence, "<name>", "</name>"))
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Archives whose classes are in this one, as each tells by the properties that Maven gave it.
fn within(jar: &Path, artifact: &str) -> Result<Vec<Part>, Error> {
    let properties = Command::new("unzip").arg("-qp").arg(jar);
    let properties = properties.arg("META-INF/maven/*/pom.properties");
    // NB: an archive without them is a failure to unzip.
    let read = properties.output()?;
    let read = String::from_utf8_lossy(&read.stdout).into_owned();
    let mut parts = vec![];
    for [group, name, version] in coordinates(&read) {
        if name != artifact {
            parts.push(Part::of("maven", Some(group), name, version)?);
        }
    }
    Ok(parts)
}

/// Group, artifact and version of each of several files of properties, one after the other.
fn coordinates(properties: &str) -> Vec<[&str; 3]> {
    const KEYS: [&str; 3] = ["groupId", "artifactId", "version"];
    let mut all = vec![];
    let mut own = [None; 3];
    for (key, value) in properties.lines().filter_map(|line| line.split_once('=')) {
        let Some(place) = KEYS.iter().position(|it| *it == key.trim()) else {
            continue;
        };
        if own[place].is_some() {
            // The file before lacked one of them.
            own = [None; 3];
        }
        own[place] = Some(value.trim());
        if let [Some(group), Some(name), Some(version)] = own {
            all.push([group, name, version]);
            own = [None; 3];
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_names_its_licences() {
        let pom = "<project><name>x</name><licenses><license>\n<name>Apache License,\n Version 2.0</name></license>\
            <license><name>MIT</name></license></licenses></project>";
        assert_eq!(described(pom), ["Apache License, Version 2.0", "MIT"]);
        assert!(described("<project><name>x</name></project>").is_empty());
    }

    #[test]
    fn each_file_of_properties_is_a_part() {
        let files = "#Generated\ngroupId=g\nartifactId=a\nversion=1\nartifactId=lacks\nversion=2\n\
            version=3\r\ngroupId=h\r\nartifactId=b\r\n";
        assert_eq!(coordinates(files), [["g", "a", "1"], ["h", "b", "3"]]);
    }

    #[test]
    fn an_archive_without_a_name_and_a_name_without_an_archive_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let (jars, names) = (folder.path().join("jars"), folder.path().join("names"));
        std::fs::create_dir(&jars).unwrap();
        std::fs::write(&names, "org.example:a:1\n").unwrap();
        let missing = parts(&jars, &names, folder.path()).unwrap_err();
        assert!(matches!(missing, Error::Missing { .. }), "{missing}");
        std::fs::write(&names, "").unwrap();
        std::fs::write(jars.join("a-1.jar"), "").unwrap();
        let unknown = parts(&jars, &names, folder.path()).unwrap_err();
        assert!(matches!(unknown, Error::NotPinned { .. }), "{unknown}");
    }
}
