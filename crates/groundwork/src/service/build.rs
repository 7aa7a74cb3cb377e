//! Builds a service from its folder, by the Nix that the person has.

use std::path::{Path, PathBuf};

use anyhow::Context;
use groundwork_contract::{Phase, Progress, Report, SERVICE};
use groundwork_process::exec::Command;
use serde::Deserialize;

use super::{about::About, platform::encoded};
use crate::failure::Failure;

/// The flake's output that is deployed, and the one with a debugger in it.
const OUTPUT: &str = "deployment";
const DEBUG: &str = "debug";
/// The flake's app that brings in what its build says is missing (nix/sources/source.nix).
const FETCH: &str = "fetch";
const MISSING: &str = "is not in the Nix store";

/// One derivation of `nix build --json`.
#[derive(Deserialize)]
struct Built {
    outputs: Outputs,
}

#[derive(Deserialize)]
struct Outputs {
    out: PathBuf,
}

/// The built service of `folder`, with a debugger in it for `debug`: itself, where it is one already.
///
/// # Errors
/// When the folder is no service or its kind has no debugger, when there is no Nix, and with the build's last words.
pub fn build(folder: &Path, debug: bool, report: &Report) -> anyhow::Result<PathBuf> {
    let folder = std::fs::canonicalize(folder)
        .with_context(|| format!("there is no folder {}", folder.display()))?;
    if folder.join(SERVICE).is_file() {
        return Ok(folder);
    }
    if !folder.join("flake.nix").is_file() {
        let message = format!("{} is no service: it has no flake.nix", folder.display());
        return Err(Failure::wrong_use(message)
            .hint("groundwork new NAME makes one; name its folder")
            .into());
    }
    if debug && !About::read(&folder)?.kind.debugger {
        return Err(
            Failure::wrong_use("a service of this kind has no debugger in its pod")
                .hint("attach one to the process of groundwork run")
                .into(),
        );
    }
    output(&folder, if debug { DEBUG } else { OUTPUT }, report)
}

/// Where the output of the flake in `folder` is, which is built; sources that are missing come in before.
///
/// # Errors
/// When there is no Nix, and with the build's last words.
pub fn output(folder: &Path, output: &str, report: &Report) -> anyhow::Result<PathBuf> {
    let nix = nix()?;
    for file in untracked(folder) {
        let words = format!("{file} is not in Git, so it is not built; `git add` it");
        report(Progress::new("build", Phase::Waiting, words));
    }
    report(Progress::new(
        "build",
        Phase::Starting,
        folder.display().to_string(),
    ));
    let (root, flake) = flake(folder);
    let build = Command::new(&nix)
        .args(["build", "--no-link", "--json"])
        .arg(format!("{flake}#{output}"))
        .in_folder(&root);
    let answer = match build.read() {
        Err(error) if error.to_string().contains(MISSING) => {
            report(Progress::new("sources", Phase::Starting, "come in"));
            let fetch = Command::new(&nix).args(["run", &format!("{flake}#{FETCH}"), "--"]);
            let fetched = fetch.arg(folder).in_folder(&root).run();
            fetched
                .with_context(|| format!("the sources of {} do not come in", folder.display()))?;
            report(Progress::new("sources", Phase::Ready, ""));
            build.read()
        }
        answer => answer,
    };
    let answer = answer.with_context(|| format!("{} does not build", folder.display()))?;
    let built: Vec<Built> =
        serde_json::from_str(&answer).context("cannot read what Nix has built")?;
    let built = built
        .into_iter()
        .next()
        .context("Nix has built nothing")?
        .outputs
        .out;
    report(Progress::new("build", Phase::Ready, ""));
    Ok(built)
}

/// The person's Nix.
///
/// # Errors
/// When there is none on the path.
pub fn nix() -> Result<PathBuf, Failure> {
    which::which("nix").map_err(|_| {
        Failure::machine("there is no Nix, which builds what is in a flake")
            .hint("run scripts/setup-dev-environment.sh of Groundwork")
    })
}

/// The service's flake, and where Nix has to start for it. NB: by itself Nix 2.8 takes no path with a space in it.
pub fn flake(folder: &Path) -> (PathBuf, String) {
    let Some(root) = git(folder, &["rev-parse", "--show-toplevel"]) else {
        return (folder.into(), "path:.".into());
    };
    let below = git(folder, &["rev-parse", "--show-prefix"]).unwrap_or_default();
    let below = match below.trim_end_matches('/') {
        "" => String::new(),
        below => format!("&dir={}", encoded(Path::new(below))),
    };
    (root.into(), format!("git+file:.?shallow=1{below}"))
}

/// The commit that an image of `folder` is named after: its first twelve digits, and whether something is in no commit yet.
pub fn tag(folder: &Path) -> Option<String> {
    let commit = git(folder, &["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(folder, &["status", "--porcelain"]).is_some_and(|it| !it.is_empty());
    Some(match changed {
        false => commit,
        true => format!("{commit}-changed"),
    })
}

/// Files that Git does not know and is not told to ignore: Nix would not see them.
fn untracked(folder: &Path) -> Vec<String> {
    let files = git(folder, &["ls-files", "--others", "--exclude-standard"]);
    files
        .iter()
        .flat_map(|it| it.lines())
        .map(str::to_owned)
        .collect()
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .read()
        .ok()
}
