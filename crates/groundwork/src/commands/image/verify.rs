//! `image verify`: who stands for images in a registry.

use std::{fs, path::Path};

use anyhow::Context;
use groundwork_registry::{
    Attested, CYCLONEDX, PROVENANCE, PublicKey, Reference, Repository, SIGNATURE, SPDX,
};
use serde::Serialize;

use crate::{
    cli::{Global, image::Verify},
    failure::Failure,
    given, output, runtime, table,
};

/// One image of the answer of `image verify --json`.
#[derive(Serialize)]
struct Answer {
    image: String,
    digest: String,
    /// The predicates' types.
    attestations: Vec<String>,
    /// What is attached and not signed with the key.
    others: usize,
}

pub fn run(global: &Global, arguments: &Verify) -> anyhow::Result<()> {
    let key = PublicKey::read(&arguments.key)?;
    let mut images = arguments.images.clone();
    if let Some(registry) = &arguments.registry {
        let registry = registry.trim_end_matches('/');
        let stack = given::stack(global)?;
        images.extend(
            stack
                .images()
                .map(|it| format!("{registry}/{}@{}", it.name, it.digest)),
        );
    }
    let answers = runtime::new()?.block_on(async {
        let mut answers = Vec::new();
        for image in images {
            let attested = verified(&image, &key).await?;
            if let Some(folder) = &arguments.save {
                save(folder, &image, &attested)?;
            }
            let attestations = attested.attestations.into_iter();
            answers.push(Answer {
                image,
                digest: attested.digest,
                attestations: attestations.map(|it| it.predicate_type).collect(),
                others: attested.others,
            });
        }
        anyhow::Ok(answers)
    })?;
    if arguments.json {
        return Ok(output::json(&answers)?);
    }
    let rows = answers.into_iter().map(|it| {
        let said: Vec<_> = it.attestations.iter().map(|it| short(it)).collect();
        [it.image, it.digest, said.join(", ")]
    });
    output::lines(table::titled(["IMAGE", "DIGEST", "ATTESTED"], rows));
    Ok(())
}

async fn verified(image: &str, key: &PublicKey) -> anyhow::Result<Attested> {
    let place: Reference = image.parse().map_err(|_| {
        Failure::wrong_use(format!("'{image}' is no image in a registry"))
            .hint("write HOST[:PORT]/PATH:TAG or HOST[:PORT]/PATH@DIGEST")
    })?;
    Ok(Repository::of(&place)?.verified(key).await?)
}

/// Writes each predicate into a file of its own.
fn save(folder: &Path, image: &str, attested: &Attested) -> anyhow::Result<()> {
    let name = image.replace(['/', ':', '@'], "-");
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for it in &attested.attestations {
        let kind = short(&it.predicate_type).replace(['/', ':'], "-");
        let file = folder.join(format!("{name}.{kind}.json"));
        fs::write(&file, it.predicate.to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// What a person calls a predicate's type.
fn short(predicate_type: &str) -> &str {
    match predicate_type {
        SIGNATURE => "signature",
        PROVENANCE => "provenance",
        CYCLONEDX => "cyclonedx",
        SPDX => "spdx",
        other => other,
    }
}
