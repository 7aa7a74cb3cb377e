//! One change at a time: `up`, `down` and `destroy` of a state directory wait for one another.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use anyhow::Context;
use groundwork_contract::{Phase, Progress, Report};
use groundwork_process::wait::{Not, Wait};
use nix::{
    errno::Errno,
    fcntl::{Flock, FlockArg},
};

/// A whole `up` from nothing is promised to stay under 2 minutes; this is far beyond it.
const DEADLINE: Duration = Duration::from_secs(600);
const EVERY: Duration = Duration::from_millis(100);

/// Held until it is dropped, or the process ends.
pub struct Lock {
    #[expect(dead_code, reason = "holding it is its use")]
    file: Flock<File>,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of `state_dir` for `command`, making the directory if need be; reports who
    /// holds it while it waits.
    ///
    /// # Errors
    /// When the lock's file cannot be written, or its holder does not end within ten minutes.
    pub fn take(state_dir: &Path, command: &str, report: &Report) -> anyhow::Result<Self> {
        // For root alone from the beginning: secrets will be in it.
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(state_dir)
            .with_context(|| format!("cannot make the state directory {}", state_dir.display()))?;
        let path = state_dir.join("up.lock");
        let mut waited = false;
        let free = || {
            let taken = attempt(&path);
            let taken = taken.with_context(|| format!("cannot lock {}", path.display()))?;
            taken.ok_or_else(|| {
                waited = true;
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = format!("{} is at work", holder.trim());
                report(Progress::new("lock", Phase::Waiting, &holder));
                Not::<anyhow::Error>::Yet(holder)
            })
        };
        let mut file = Wait::new("the lock", DEADLINE)
            .every(EVERY)
            .until(free)
            .block()?;
        if waited {
            report(Progress::new("lock", Phase::Ready, ""));
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "`groundwork {command}` (process {})", process::id()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { file, path })
    }

    /// Removes the lock's file, and the state directory when nothing else is left in it.
    pub fn remove(self) {
        // A file that still stands in the way is harmless; the next `doctor` names it.
        drop(fs::remove_file(&self.path));
        drop(self.path.parent().map(fs::remove_dir));
    }
}

/// The lock, or `None` while somebody else holds it.
fn attempt(path: &Path) -> io::Result<Option<Flock<File>>> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        // `destroy` removes the file under those who wait for it: then theirs locks nothing.
        Ok(lock) => Ok(is_the_file_at(&lock, path).then_some(lock)),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(errno.into()),
    }
}

fn is_the_file_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_the_lock_keeps_others_out_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("up.lock");
        let lock = Lock::take(folder.path(), "up", &|_| ()).unwrap();
        assert!(attempt(&path).unwrap().is_none());
        let holder = fs::read_to_string(&path).unwrap();
        assert!(holder.starts_with("`groundwork up` (process "), "{holder}");
        drop(lock);
        assert!(attempt(&path).unwrap().is_some());
    }

    #[test]
    fn a_removed_lock_takes_its_empty_directory_along() {
        let folder = tempfile::tempdir().unwrap();
        let state_dir = folder.path().join("state");
        Lock::take(&state_dir, "destroy", &|_| ()).unwrap().remove();
        assert!(!state_dir.exists());
    }

    #[test]
    fn a_lock_whose_file_is_gone_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("up.lock");
        let lock = attempt(&path).unwrap().unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!is_the_file_at(&lock, &path));
        assert!(attempt(&path).unwrap().is_some());
    }
}
