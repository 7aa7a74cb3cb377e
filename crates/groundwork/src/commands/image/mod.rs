//! `image`: images of others in the node, and ours in registries.

pub(super) mod push;
mod verify;

use std::{env, fs, path::Path, process::ExitCode};

use anyhow::Context;
use groundwork_node::StateDir;
use groundwork_process::exec::Command;
use groundwork_registry::PrivateKey;

use crate::{
    cli::{
        Global,
        image::{Image, ImageCommand},
    },
    failure::{Exit, Failure},
    given, output, root, table,
};

/// What is said where there is no key.
pub(super) const UNSIGNED: &str =
    "nothing is signed: there is no --key, and no key in GROUNDWORK_SIGNING_KEY";
/// The private key itself, in PEM.
const KEY: &str = "GROUNDWORK_SIGNING_KEY";

pub fn run(global: &Global, arguments: &Image) -> anyhow::Result<ExitCode> {
    let of_node = || {
        root::ensure(global)?;
        given::running_state_dir(global)
    };
    match &arguments.command {
        ImageCommand::Load { images } => {
            let state = of_node()?;
            for image in images {
                let names = load(&state, image).map_err(|error| refused(image, error))?;
                if names.is_empty() {
                    output::note(format!("{image}: the node had all of its images"));
                }
                output::lines(names);
            }
        }
        ImageCommand::List { json } => {
            let images = groundwork_node::images(&of_node()?)?;
            if *json {
                output::json(&images)?;
            } else {
                let rows = images
                    .into_iter()
                    .map(|it| [it.name, it.digest, table::bytes(it.bytes)]);
                output::lines(table::titled(["IMAGE", "DIGEST", "SIZE"], rows));
            }
        }
        ImageCommand::Remove { names } => groundwork_node::remove_images(&of_node()?, names)?,
        ImageCommand::Push(arguments) => push::run(arguments)?,
        ImageCommand::Verify(arguments) => verify::run(global, arguments)?,
        ImageCommand::GenerateKey { file } => generate_key(file)?,
    }
    Ok(Exit::Done.into())
}

/// The key that is given, in a file or in the environment.
pub(super) fn signing_key(file: Option<&Path>) -> anyhow::Result<Option<PrivateKey>> {
    let text = match file {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
        }
        None => match env::var(KEY) {
            Ok(text) if !text.trim().is_empty() => text,
            _ => return Ok(None),
        },
    };
    Ok(Some(PrivateKey::from_pem(&text)?))
}

fn generate_key(file: &Path) -> anyhow::Result<()> {
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    PrivateKey::generate(file, Path::new(&public))?;
    output::line(format!(
        "{} signs; keep it where only CI reads it. {} verifies.",
        file.display(),
        Path::new(&public).display()
    ));
    Ok(())
}

/// What containerd says of an image that has nothing for this machine's processor.
const OTHER_PROCESSOR: &str = "image might be filtered out";

fn refused(image: &str, error: anyhow::Error) -> anyhow::Error {
    if format!("{error:#}").contains(OTHER_PROCESSOR) {
        let here = std::env::consts::ARCH;
        return Failure::wrong_use(format!("{image} is for another processor than {here}"))
            .hint("docker build --platform linux/amd64 makes one for this machine")
            .into();
    }
    error.context(format!("cannot load {image}"))
}

/// Brings one in, from wherever it is; returns the names by which pods have it.
fn load(state: &StateDir, image: &str) -> anyhow::Result<Vec<String>> {
    let path = Path::new(image);
    if path.exists() {
        return Ok(groundwork_node::import_images(state, path)?);
    }
    for engine in ["docker", "podman"] {
        let Ok(engine) = which::which(engine) else {
            continue;
        };
        let known = Command::new(&engine)
            .args(["image", "inspect", image])
            .run()
            .is_ok();
        if known {
            let archive = tempfile::NamedTempFile::new()?;
            Command::new(&engine)
                .args(["save", "--output"])
                .arg(archive.path())
                .arg(image)
                .run()?;
            return Ok(groundwork_node::import_images(state, archive.path())?);
        }
    }
    let message =
        format!("there is no file {image}, and no Docker or Podman here has an image of that name");
    Err(Failure::wrong_use(message)
        .hint("name an archive or a layout; or push it to the registry at 127.0.0.1:5000, from which pods pull")
        .into())
}
