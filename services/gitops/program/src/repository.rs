//! The Git repository on the volume, by git itself.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use groundwork_contract::Commit;
use groundwork_process::exec::{self, Command};
use tempfile::NamedTempFile;

use crate::address::{Address, Elsewhere, MAIN};

/// Its name below the volume, and in the address that people push to.
pub(crate) const NAME: &str = "platform.git";
/// Where a commit from elsewhere is.
const FETCHED: &str = "refs/followed/head";
/// Slower than so many bytes a second for so many seconds is given up. Who is asked for is the only one who is shown the
/// password.
const SETTINGS: [&str; 6] = [
    "-c",
    "http.lowSpeedLimit=100",
    "-c",
    "http.lowSpeedTime=30",
    "-c",
    "http.followRedirects=false",
];

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

/// The repository that people push to, and another for what comes from elsewhere: that one has no history, and its gaps
/// would be the first one's, too.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    own: PathBuf,
    fetched: PathBuf,
}

impl Repository {
    /// Those below `data`, which are made if they are not there.
    pub(crate) fn open(data: &Path) -> Result<Self, Error> {
        let this = Self {
            own: data.join(NAME),
            fetched: data.join("fetched.git"),
        };
        for folder in [&this.own, &this.fetched] {
            // Nothing else is at work here: what a kill has left would stand in the way for good.
            unlock(folder)?;
            // A second time it changes nothing.
            let branch = format!("--initial-branch={MAIN}");
            let init = Command::new("git").args(["init", "--quiet", "--bare", "--template="]);
            let init = init.arg(&branch).arg(folder).run();
            init.map_err(|error| Error::Git("cannot make the repository", error))?;
        }
        for (name, value) in [
            ("receive.fsckObjects", "true"),
            // Whoever pushes is let in by the server.
            ("http.receivepack", "true"),
        ] {
            let set = git(&this.own).args(["config", name, value]).run();
            set.map_err(|error| Error::Git("cannot set the repository up", error))?;
        }
        Ok(this)
    }

    /// The volume, which is git's own root for what it serves.
    pub(crate) fn root(&self) -> &Path {
        self.own.parent().unwrap_or(&self.own)
    }

    /// Where the commits of what is followed are.
    fn of(&self, address: &Address) -> &Path {
        match address {
            Address::Own => &self.own,
            Address::Elsewhere(_) => &self.fetched,
        }
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
        let folder = self.of(address);
        let find = git(folder).args(["rev-parse", "--verify", "--quiet"]);
        let find = find.arg(format!("{reference}^{{commit}}"));
        match find.read() {
            Ok(id) => commit(folder, &id).map(Some),
            // It says so of a reference that is not there.
            Err(exec::Error::Status { status, .. }) if status.code() == Some(1) => Ok(None),
            Err(error) => Err(Error::Git("cannot ask git for the newest commit", error)),
        }
    }

    fn fetch(&self, from: &Elsewhere) -> Result<(), Error> {
        let reference = from.reference.as_deref().unwrap_or("HEAD");
        // NB: in a file of ours alone, as arguments and the environment are told with a failure.
        let settings = NamedTempFile::new();
        let mut settings = settings.map_err(|error| Error::Folder(env::temp_dir(), error))?;
        if let Some(authorization) = &from.authorization {
            let written = writeln!(
                settings,
                "[http]\nextraHeader = Authorization: {authorization}"
            );
            written.map_err(|error| Error::Folder(settings.path().into(), error))?;
        }
        let fetch = git(&self.fetched)
            .env("GIT_CONFIG_GLOBAL", settings.path())
            .env("GIT_TERMINAL_PROMPT", "0")
            .args(SETTINGS)
            .args(["fetch", "--quiet", "--depth=1", "--no-tags", "--force"])
            .arg(from.url.as_str())
            .arg(format!("+{reference}:{FETCHED}"));
        let fetched = fetch.run();
        fetched.map_err(|error| Error::Git("cannot bring the repository in", error))
    }

    /// Writes the files of `commit` below `target`, which is empty. A link becomes a file with its target in it, so that
    /// nothing outside is read.
    pub(crate) fn check_out(
        &self,
        address: &Address,
        commit: &Commit,
        target: &Path,
    ) -> Result<(), Error> {
        let index = target.with_extension("index");
        let git = |arguments: &[&str]| {
            let git =
                git(self.of(address)).args(["-c", "core.symlinks=false", "-c", "core.bare=false"]);
            let git = git
                .env("GIT_WORK_TREE", target)
                .env("GIT_INDEX_FILE", &index);
            let done = git.args(arguments).run();
            done.map_err(|error| Error::Git("cannot read the files of the commit", error))
        };
        git(&["read-tree", &commit.id])?;
        git(&["checkout-index", "--all", "--force"])?;
        fs::remove_file(&index).map_err(|error| Error::Folder(index.clone(), error))
    }
}

fn git(folder: &Path) -> Command {
    Command::new("git").env("GIT_DIR", folder)
}

/// What git knows of the commit `id`.
fn commit(folder: &Path, id: &str) -> Result<Commit, Error> {
    let log = git(folder).args(["log", "-1", "--format=%H%n%cI%n%an%n%s", id]);
    let text = log.read();
    let text = text.map_err(|error| Error::Git("cannot read the commit", error))?;
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

/// Removes the locks of a git that was killed, in `folder` and its references.
fn unlock(folder: &Path) -> Result<(), Error> {
    let unreadable = |error| Error::Folder(folder.into(), error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(unreadable)?,
    };
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|it| it == "lock") {
            fs::remove_file(&path).map_err(unreadable)?;
        } else if path.is_dir() && !path.ends_with("objects") {
            unlock(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_that_a_kill_has_left_are_removed_and_nothing_else() {
        let scratch = tempfile::tempdir().unwrap();
        let file = |name: &str| scratch.path().join(name);
        fs::create_dir_all(file("refs/heads")).unwrap();
        for name in [
            "config",
            "config.lock",
            "refs/heads/main",
            "refs/heads/main.lock",
        ] {
            fs::write(file(name), "").unwrap();
        }
        unlock(scratch.path()).unwrap();
        assert!(file("config").exists() && file("refs/heads/main").exists());
        assert!(!file("config.lock").exists() && !file("refs/heads/main.lock").exists());
        unlock(&file("nowhere")).unwrap();
    }
}
