//! Images of others: brought in from archives and layouts, listed and removed.

use std::{collections::BTreeSet, fs::File, path::Path};

use groundwork_contract::Image;
use groundwork_process::exec::Command;
use serde::Serialize;

use super::{Wanted, archive, ctr};
use crate::{
    error::{Error, at},
    state::{self, StateDir},
};

/// An image that the node has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeImage {
    /// Its name, with registry and tag.
    pub name: String,
    /// The digest of its manifest or index.
    pub digest: String,
    /// What its blobs take, in bytes.
    pub bytes: u64,
}

/// All of them by name; the kubelet's second names by digest are left out.
pub fn list(state: &StateDir) -> Result<Vec<NodeImage>, Error> {
    let said = of(state)?.args(["images", "ls"]).read()?;
    Ok(said.lines().skip(1).filter_map(parse).collect())
}

/// Imports every image of the archive or layout at `path`, and returns the names that are new.
pub fn import(state: &StateDir, path: &Path) -> Result<Vec<String>, Error> {
    let names = || Ok::<BTreeSet<_>, Error>(list(state)?.into_iter().map(|it| it.name).collect());
    let before = names()?;
    let ctr = of(state)?.args(["images", "import"]);
    if path.is_dir() {
        let image = Image {
            name: String::new(),
            reference: named(path)?,
            digest: String::new(),
            layout: path.into(),
        };
        ctr.arg("-")
            .run_with_input(|input| archive::stream(&image, &BTreeSet::new(), input))?;
        return Ok(vec![image.reference]);
    }
    File::open(path).map_err(at("open", path))?;
    ctr.arg(path).run()?;
    Ok(names()?.difference(&before).cloned().collect())
}

/// Removes the images of these names, and then what nothing else needs of them.
pub fn remove(state: &StateDir, names: &[String]) -> Result<(), Error> {
    let present: BTreeSet<_> = list(state)?.into_iter().map(|it| it.name).collect();
    if let Some(name) = names.iter().find(|name| !present.contains(*name)) {
        return Err(Error::NoImage(name.clone()));
    }
    Ok(of(state)?
        .args(["images", "rm", "--sync"])
        .args(names)
        .run()?)
}

/// A layout is called as its index says, or else as its folder.
fn named(layout: &Path) -> Result<String, Error> {
    let path = layout.join("index.json");
    let text = std::fs::read(&path).map_err(at("read", &path))?;
    let index: serde_json::Value =
        serde_json::from_slice(&text).map_err(|source| Error::Damaged {
            path: path.clone(),
            source,
        })?;
    let said = &index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"];
    let folder = layout.file_name().unwrap_or_default().to_string_lossy();
    Ok(match said.as_str() {
        Some(name) if name.contains('/') => name.into(),
        Some(tag) => format!("docker.io/library/{folder}:{tag}"),
        None => format!("docker.io/library/{folder}:latest"),
    })
}

fn of(state: &StateDir) -> Result<Command, Error> {
    let wanted = state::read_json::<Wanted>(&state.images())?.ok_or(Error::NoStack)?;
    Ok(ctr(state, &wanted))
}

/// A line of `ctr images ls`: name, type, digest, size as `1.2 MiB`, platforms, labels.
fn parse(line: &str) -> Option<NodeImage> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let digest = words.nth(1)?.to_owned();
    let size: f64 = words.next()?.parse().ok()?;
    let unit = match words.next()? {
        "B" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size that was printed with one decimal"
    )]
    let bytes = (size * unit) as u64;
    let second = name.starts_with("sha256:") || name.contains("@sha256:");
    (!second).then_some(NodeImage {
        name,
        digest,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_ctr_is_an_image_and_second_names_are_none() {
        let line = "groundwork.local/pause:1 application/vnd.oci.image.manifest.v1+json sha256:ab 1.5 KiB linux/amd64 -";
        let image = NodeImage {
            name: "groundwork.local/pause:1".into(),
            digest: "sha256:ab".into(),
            bytes: 1536,
        };
        assert_eq!(parse(line), Some(image));
        assert_eq!(
            parse(&line.replace("groundwork.local/pause:1", "sha256:cd")),
            None
        );
        assert_eq!(parse("REF TYPE DIGEST SIZE"), None);
    }

    #[test]
    fn a_layout_is_called_as_its_index_says_or_as_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let layout = folder.path().join("desk");
        std::fs::create_dir(&layout).unwrap();
        let name = |index: &str| {
            std::fs::write(layout.join("index.json"), index).unwrap();
            named(&layout).unwrap()
        };
        let said = |name: &str| {
            format!(
                r#"{{"manifests":[{{"annotations":{{"org.opencontainers.image.ref.name":"{name}"}}}}]}}"#
            )
        };
        assert_eq!(name(&said("example.org/desk:2")), "example.org/desk:2");
        assert_eq!(name(&said("2")), "docker.io/library/desk:2");
        assert_eq!(
            name(r#"{"manifests":[{}]}"#),
            "docker.io/library/desk:latest"
        );
    }
}
