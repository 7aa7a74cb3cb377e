//! `image push`: what a flake publishes, into a registry.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use groundwork_contract::{Phase, Progress, Report};
use groundwork_registry::{
    Attestation, CYCLONEDX, PROVENANCE, PrivateKey, Reference, Repository, SPDX,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{UNSIGNED, signing_key};
use crate::{
    cli::image::Push, failure::Failure, output, progress::Display, runtime, service::build,
};

/// The flake's output that goes to registries (nix/lib/published.nix).
const OUTPUT: &str = "published";

/// One image of the answer of `image push --json`.
#[derive(Serialize)]
struct Answer {
    image: String,
    digest: String,
    new_blobs: usize,
    new_attestations: usize,
}

pub fn run(arguments: &Push) -> anyhow::Result<()> {
    let folder = fs::canonicalize(&arguments.folder)
        .with_context(|| format!("there is no folder {}", arguments.folder.display()))?;
    let key = signing_key(arguments.key.as_deref())?;
    let tag = build::tag(&folder).ok_or_else(|| {
        Failure::wrong_use(format!(
            "{} has no commit to name images after",
            folder.display()
        ))
        .hint("git commit")
    })?;
    place(&arguments.registry, "name", &tag)?;
    let display = Display::start();
    let report = display.report();
    let published = build::output(&folder, OUTPUT, &report)?;
    let names = wanted(&published, &arguments.images)?;
    let said = Said::read(&published)?;
    let pushed = runtime::new()?.block_on(async {
        let mut all = Vec::new();
        for name in &names {
            let place = place(&arguments.registry, name, &tag)?;
            all.push(push(&published, name, &place, &said, key.as_ref(), &report).await?);
        }
        anyhow::Ok(all)
    });
    drop(display);
    let pushed = pushed?;
    if key.is_none() {
        output::note(UNSIGNED);
    } else if said.provenance.is_none() {
        output::note("no provenance: what is built is in no commit");
    }
    if arguments.json {
        return Ok(output::json(&pushed)?);
    }
    let mut lines: Vec<_> = pushed
        .iter()
        .map(|it| format!("{}@{}", it.image, it.digest))
        .collect();
    let sum = |of: fn(&Answer) -> usize| pushed.iter().map(of).sum::<usize>();
    lines.push(format!(
        "images: {}, new blobs: {}, new attestations: {}",
        pushed.len(),
        sum(|it| it.new_blobs),
        sum(|it| it.new_attestations)
    ));
    output::lines(lines);
    Ok(())
}

/// What is said of every image.
struct Said {
    provenance: Option<Value>,
}

impl Said {
    fn read(published: &Path) -> anyhow::Result<Self> {
        let file = published.join("provenance.json");
        let mut provenance = file.exists().then(|| read(&file)).transpose()?;
        if let Some(Value::Object(provenance)) = &mut provenance {
            // Where it is built is no matter of the build.
            provenance.insert("runDetails".into(), json!({"builder": {"id": builder()}}));
        }
        Ok(Self { provenance })
    }

    /// And of the image in that folder.
    fn of(&self, folder: &Path) -> anyhow::Result<Vec<Attestation>> {
        let mut all = vec![Attestation::signature()];
        for (predicate_type, file) in [(CYCLONEDX, "cyclonedx.json"), (SPDX, "spdx.json")] {
            all.push(Attestation {
                predicate_type: predicate_type.into(),
                predicate: read(&folder.join(file))?,
            });
        }
        all.extend(self.provenance.iter().map(|provenance| Attestation {
            predicate_type: PROVENANCE.into(),
            predicate: provenance.clone(),
        }));
        Ok(all)
    }
}

async fn push(
    published: &Path,
    name: &str,
    place: &Reference,
    said: &Said,
    key: Option<&PrivateKey>,
    report: &Report<'_>,
) -> anyhow::Result<Answer> {
    report(Progress::new(name, Phase::Starting, "is compared"));
    let folder = published.join(name);
    let layout = folder.join("image");
    let digest = digest(published, name)?;
    let repository = Repository::of(place)?;
    let tag = place.tag().unwrap_or_default();
    let image = repository.push_image(&layout, &digest, tag).await?;
    let new_attestations = match key {
        None => 0,
        Some(key) => repository.attest(&image, &said.of(&folder)?, key).await?,
    };
    let words = format!(
        "{} new blobs, {new_attestations} new attestations",
        image.new_blobs
    );
    report(Progress::new(name, Phase::Ready, words));
    Ok(Answer {
        image: place.whole(),
        digest: image.digest(),
        new_blobs: image.new_blobs,
        new_attestations,
    })
}

/// The names of all images in what the flake publishes.
pub fn images(published: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(published).context("nothing is published")? {
        let entry = entry?;
        if entry.path().join("image").exists() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// The digest of one of them, as Nix has built it.
pub fn digest(published: &Path, name: &str) -> anyhow::Result<String> {
    let digest = fs::read_to_string(published.join(name).join("image/digest"))
        .with_context(|| format!("{name} has no digest"))?;
    Ok(digest.trim().to_owned())
}

/// The names that are published and asked for.
fn wanted(published: &Path, asked: &[String]) -> anyhow::Result<BTreeSet<String>> {
    let names = images(published)?;
    match asked.iter().find(|it| !names.contains(*it)) {
        Some(name) => {
            let all: Vec<_> = names.iter().map(String::as_str).collect();
            Err(Failure::wrong_use(format!("there is no image '{name}'"))
                .hint(format!("there are {}", all.join(", ")))
                .into())
        }
        None if asked.is_empty() => Ok(names),
        None => Ok(asked.iter().cloned().collect()),
    }
}

/// Where the image `name` goes. NB: a place without a host would be Docker Hub's.
fn place(registry: &str, name: &str, tag: &str) -> Result<Reference, Failure> {
    let registry = registry.trim_end_matches('/');
    let host = registry.split('/').next().unwrap_or_default();
    let is_host = host.contains(['.', ':']) || host == "localhost";
    let read = format!("{registry}/{name}:{tag}").parse::<Reference>();
    match read {
        Ok(place) if is_host => Ok(place),
        _ => Err(
            Failure::wrong_use(format!("'{registry}' is no place in a registry"))
                .hint("write HOST[:PORT]/PATH, in small letters"),
        ),
    }
}

/// Who builds, as GitHub's runner says it.
fn builder() -> String {
    let given = |name| env::var(name).ok().filter(|it| !it.is_empty());
    match (given("GITHUB_SERVER_URL"), given("GITHUB_WORKFLOW_REF")) {
        (Some(server), Some(workflow)) => format!("{server}/{workflow}"),
        _ => "urn:groundwork:builder:unnamed".into(),
    }
}

fn read(file: &PathBuf) -> anyhow::Result<Value> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_host_and_a_path() {
        let whole = |registry| place(registry, "hello", "1").map(|it| it.whole()).ok();
        for (registry, image) in [
            ("127.0.0.1:5000/team", "127.0.0.1:5000/team/hello:1"),
            ("registry.test/a/b/", "registry.test/a/b/hello:1"),
            ("localhost", "localhost/hello:1"),
        ] {
            assert_eq!(whole(registry).as_deref(), Some(image));
        }
        for registry in ["team", "", "http://registry.test/a", "Registry.test/A"] {
            assert_eq!(whole(registry), None, "{registry}");
        }
    }
}
