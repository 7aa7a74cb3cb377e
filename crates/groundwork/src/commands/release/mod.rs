//! `release`: what a release at a tag consists of, in one folder; docs/ci.md says what each file is for.

mod hashes;
mod notes;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use groundwork_contract::{Phase, Progress, Report};
use groundwork_process::exec::Command;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::{
    hashes::{HASHES, Hashes},
    notes::Notes,
};
use super::image::{self, push};
use crate::{
    cli::release::Release,
    failure::{Exit, Failure},
    output,
    progress::Display,
    service::build,
};

const SUMS: &str = "SHA256SUMS";

pub fn run(arguments: &Release) -> anyhow::Result<ExitCode> {
    let checkout = fs::canonicalize(&arguments.checkout)
        .with_context(|| format!("there is no folder {}", arguments.checkout.display()))?;
    let git = Git(&checkout);
    let tag = git.tag()?;
    let since = git.since();
    let others = arguments.compare.iter().map(|file| read(file));
    let others = others.collect::<anyhow::Result<Vec<Hashes>>>()?;
    let key = image::signing_key(arguments.key.as_deref())?;

    let display = Display::start();
    let built = Built::of(&checkout, &display.report())?;
    built.is_called(&tag)?;
    display.report()(Progress::new("hashes", Phase::Starting, "are compared"));
    let hashes = built.hashes()?;
    drop(display);

    let compared: Vec<_> = others.iter().map(|other| hashes.compare(other)).collect();
    let agree = compared
        .iter()
        .all(|it| it.both > 0 && it.different.is_empty());
    let notes = Notes {
        tag: &tag,
        since: since
            .as_ref()
            .map(|(before, changes)| (&**before, changes.lines().collect())),
        images: built.images()?,
        built: hashes.count(),
        compared,
    };
    // Only now: what is refused leaves nothing behind.
    let folder = &arguments.folder;
    fs::create_dir(folder).map_err(|error| {
        Failure::wrong_use(format!(
            "cannot make the folder {}: {error}",
            folder.display()
        ))
        .hint("name one that is not there yet")
    })?;
    built.copy_to(folder)?;
    write_json(&folder.join("images.json"), &notes.images)?;
    write_json(&folder.join(HASHES), &hashes)?;
    fs::write(folder.join("notes.md"), notes.text())?;
    let sums = sums(folder)?;
    fs::write(folder.join(SUMS), &sums)?;
    match key {
        Some(key) => fs::write(
            folder.join(format!("{SUMS}.sig")),
            key.sign_detached(sums.as_bytes())?,
        )?,
        None => output::note(image::UNSIGNED),
    }
    output::line(format!("{tag}: {}", folder.display()));
    match agree {
        true => Ok(Exit::Done.into()),
        false => Err(Failure::stack(format!(
            "another builder has built something else than {tag}"
        ))
        .hint(format!("{} names it", folder.join("notes.md").display()))
        .into()),
    }
}

/// The history of a checkout.
struct Git<'a>(&'a Path);

impl Git<'_> {
    fn read(&self, arguments: &[&str]) -> Option<String> {
        let git = Command::new("git").args(arguments).in_folder(self.0);
        git.read().ok()
    }

    /// The tag of what is checked out.
    fn tag(&self) -> Result<String, Failure> {
        let here = self.0.display();
        let tag = self.read(&["describe", "--exact-match", "--tags", "HEAD"]);
        let tag = tag.ok_or_else(|| {
            Failure::wrong_use(format!("what is checked out in {here} has no tag"))
                .hint("git tag --sign v0.1.0, by the version in Cargo.toml")
        })?;
        match self.read(&["status", "--porcelain"]).as_deref() {
            Some("") => Ok(tag),
            _ => Err(Failure::wrong_use(format!("{here} has more than {tag}"))
                .hint("git status; release from a clean clone")),
        }
    }

    /// The tag before, and the first line of each commit since.
    fn since(&self) -> Option<(String, String)> {
        let before = self.read(&["describe", "--tags", "--abbrev=0", "HEAD^"])?;
        let range = format!("{before}..HEAD");
        let changes = self.read(&["log", "--no-merges", "--format=%s", &range])?;
        Some((before, changes))
    }
}

/// What Nix has built of the checkout.
struct Built {
    nix: PathBuf,
    launcher: PathBuf,
    published: PathBuf,
    bills: PathBuf,
}

impl Built {
    fn of(checkout: &Path, report: &Report<'_>) -> anyhow::Result<Self> {
        let output = |name| build::output(checkout, name, report);
        Ok(Self {
            nix: build::nix()?,
            launcher: output("groundwork")?,
            published: output("published")?,
            bills: output("bills")?,
        })
    }

    /// Refuses a tag that is not the version which the launcher tells.
    fn is_called(&self, tag: &str) -> anyhow::Result<()> {
        let launcher = Command::new(self.launcher.join("bin/groundwork"));
        let said = launcher.arg("--version").read()?;
        let version = said.rsplit(' ').next().unwrap_or_default();
        match tag.strip_prefix('v') == Some(version) {
            true => Ok(()),
            false => Err(
                Failure::wrong_use(format!("the launcher at {tag} is version {version}"))
                    .hint(format!(
                        "tag it v{version}, or change the version in Cargo.toml"
                    ))
                    .into(),
            ),
        }
    }

    fn hashes(&self) -> anyhow::Result<Hashes> {
        let ask = Command::new(&self.nix).args(["path-info", "--json", "--recursive"]);
        Hashes::of_nix(&ask.arg(&self.launcher).read()?)
    }

    /// Each image with its digest, by name.
    fn images(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let names = push::images(&self.published)?.into_iter();
        names
            .map(|name| Ok((name.clone(), push::digest(&self.published, &name)?)))
            .collect()
    }

    /// Copies the bills and the provenance.
    fn copy_to(&self, folder: &Path) -> anyhow::Result<()> {
        let files = names(&self.bills)?
            .into_iter()
            .map(|name| self.bills.join(name));
        for file in files.chain([self.published.join("provenance.json")]) {
            let name = file.file_name().context("a file without a name")?;
            // NB: the store's files may not be written, and a copy takes their rights over.
            fs::write(folder.join(name), fs::read(&file)?)
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
        Ok(())
    }
}

/// The names of what is in a folder, in their order.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The hashes of a folder's files, as `sha256sum --check` reads them.
fn sums(folder: &Path) -> anyhow::Result<String> {
    let mut sums = String::new();
    for name in names(folder)? {
        let hash = Sha256::digest(fs::read(folder.join(&name))?);
        sums += &format!("{hash:x}  {name}\n");
    }
    Ok(sums)
}

fn read(file: &Path) -> anyhow::Result<Hashes> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| {
        format!(
            "{} is not what another builder's release has",
            file.display()
        )
    })
}

fn write_json(file: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "").unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        // Both from FIPS 180-4's examples.
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
                      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n";
        assert_eq!(sums(folder.path()).unwrap(), wanted);
    }
}
