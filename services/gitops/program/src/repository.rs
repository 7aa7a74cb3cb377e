//! The Git repository on the volume, by git itself.

use std::{
    io,
    path::{Path, PathBuf},
};

use groundwork_contract::Commit;
use groundwork_process::exec::{self, Command};

use crate::address::{Address, Elsewhere, MAIN};

/// Its name below the volume, and in the address that people push to.
pub(crate) const NAME: &str = "platform.git";
/// Where a commit from elsewhere is.
const FETCHED: &str = "refs/followed/head";
/// Slower than so many bytes a second for so many seconds is given up.
const SLOWEST: [&str; 4] = ["-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=30"];

/// Why the repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// git could not do it.
    #[error("{0}")]
    Git(&'static str, #[source] exec::Error),
    /// git answered with something else than was asked for.
    #[error("git says of a commit: {0}")]
    Commit(String),
    /// The folder cannot be read or written.
    #[error("cannot use {0}")]
    Folder(PathBuf, #[source] io::Error),
}

/// The repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// The one below `data`, which is made if it is not there.
    pub(crate) fn open(data: &Path) -> Result<Self, Error> {
        let this = Self {
            folder: data.join(NAME),
        };
        let branch = format!("--initial-branch={MAIN}");
        // A second time it changes nothing.
        let init = Command::new("git").args(["init", "--quiet", "--bare", "--template=", &branch]);
        let init = init.arg(&this.folder).run();
        init.map_err(|error| Error::Git("cannot make the repository", error))?;
        for (name, value) in [
            ("receive.fsckObjects", "true"),
            // Whoever pushes is let in by the server.
            ("http.receivepack", "true"),
        ] {
            let set = this.git(["config", name, value]).run();
            set.map_err(|error| Error::Git("cannot set the repository up", error))?;
        }
        Ok(this)
    }

    /// The volume, which is git's own root for what it serves.
    pub(crate) fn root(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }

    /// The newest commit of what is followed, brought in where that is elsewhere. None before the first.
    pub(crate) fn newest(&self, address: &Address) -> Result<Option<Commit>, Error> {
        let reference = match address {
            Address::Own => format!("refs/heads/{MAIN}"),
            Address::Elsewhere(it) => {
                self.fetch(it)?;
                FETCHED.into()
            }
        };
        let wanted = format!("{reference}^{{commit}}");
        let found = self.git(["rev-parse", "--verify", "--quiet", &wanted]);
        let found = found
            .output()
            .map_err(|error| Error::Git("cannot ask git", error))?;
        match found.status.success() {
            true => self
                .commit(String::from_utf8_lossy(&found.stdout).trim())
                .map(Some),
            false => Ok(None),
        }
    }

    fn fetch(&self, from: &Elsewhere) -> Result<(), Error> {
        let reference = from.reference.as_deref().unwrap_or("HEAD");
        let mut fetch =
            self.git(SLOWEST)
                .args(["fetch", "--quiet", "--depth=1", "--no-tags", "--force"]);
        if let Some(authorization) = &from.authorization {
            // NB: in the environment, as every user of the machine may read arguments.
            fetch = fetch
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", "http.extraHeader")
                .env(
                    "GIT_CONFIG_VALUE_0",
                    format!("Authorization: {authorization}"),
                );
        }
        let fetch = fetch
            .arg(from.url.as_str())
            .arg(format!("+{reference}:{FETCHED}"));
        let fetched = fetch.env("GIT_TERMINAL_PROMPT", "0").run();
        fetched.map_err(|error| Error::Git("cannot bring the repository in", error))
    }

    /// What git knows of the commit `id`.
    fn commit(&self, id: &str) -> Result<Commit, Error> {
        let log = self.git(["log", "-1", "--format=%H%n%cI%n%an%n%s", id]);
        let text = log
            .read()
            .map_err(|error| Error::Git("cannot read the commit", error))?;
        let mut lines = text.splitn(4, '\n');
        let mut next = || lines.next().unwrap_or_default().to_owned();
        let (id, time, author, subject) = (next(), next(), next(), next());
        match time.parse() {
            Ok(time) => Ok(Commit {
                id,
                subject,
                author,
                time,
            }),
            Err(_) => Err(Error::Commit(text)),
        }
    }

    /// Writes the files of `commit` below `target`, which is empty. A link becomes a file with its target in it, so that
    /// nothing outside is read.
    pub(crate) fn check_out(&self, commit: &Commit, target: &Path) -> Result<(), Error> {
        let index = target.with_extension("index");
        let git = |arguments: &[&str]| {
            let git = self.git(["-c", "core.symlinks=false", "-c", "core.bare=false"]);
            let done = git
                .env("GIT_WORK_TREE", target)
                .env("GIT_INDEX_FILE", &index)
                .args(arguments)
                .run();
            done.map_err(|error| Error::Git("cannot read the files of the commit", error))
        };
        git(&["read-tree", &commit.id])?;
        git(&["checkout-index", "--all", "--force"])?;
        std::fs::remove_file(&index).map_err(|error| Error::Folder(index.clone(), error))
    }

    fn git<const N: usize>(&self, arguments: [&str; N]) -> Command {
        Command::new("git")
            .env("GIT_DIR", &self.folder)
            .args(arguments)
    }
}
