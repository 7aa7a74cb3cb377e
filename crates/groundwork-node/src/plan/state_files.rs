//! The state directory.

use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    error::{Error, at},
    mounts,
    node::Node,
    state::{self, BEGINNING, FORMAT, StateDir},
};

/// Makes the state directory and its folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateFiles {}

/// Refuses a directory that is not ours to fill or to remove.
pub fn check(state: &StateDir) -> Result<(), Error> {
    let ours = [state.version(), state.receipt()];
    if ours.iter().any(|path| path.exists()) || state.is_owner()? {
        return Ok(());
    }
    let entries = match fs::read_dir(state.root()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at("read", state.root())(error)),
    };
    let foreign = entries
        .flatten()
        .find(|entry| !BEGINNING.iter().any(|name| entry.file_name() == **name));
    match foreign {
        Some(entry) => Err(Error::NotOurs {
            path: state.root().into(),
            found: entry.file_name().to_string_lossy().into_owned(),
        }),
        None => Ok(()),
    }
}

impl Action for StateFiles {
    fn describe(&self) -> &'static str {
        "makes the state directory"
    }

    fn is_done(&self, node: &Node) -> Result<bool, Error> {
        let state = &node.state;
        let folders = [state.logs(), state.pod_logs(), state.volumes()];
        Ok(state.version().is_file() && folders.iter().all(|folder| folder.is_dir()))
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        let state = &node.state;
        state::write(&state.version(), &format!("{FORMAT}\n"))?;
        state::create_dir(&state.logs())?;
        state::create_dir(&state.pod_logs())?;
        // Volumes are open to every user, as pods run under any: the folder around them is not.
        state::create_dir(&state.volumes())
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        mounts::unmount_below(&[state.root().into()])?;
        let entries = match fs::read_dir(state.root()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(at("read", state.root())(error)),
        };
        // What says that the directory is ours goes last.
        let last = [state.receipt(), state.version()];
        for entry in entries
            .flatten()
            .filter(|entry| !last.contains(&entry.path()))
        {
            state::remove(&entry.path())?;
        }
        for path in &last {
            state::remove(path)?;
        }
        match fs::remove_dir(state.root()) {
            // A person's own disk may be mounted here; it stays, empty.
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Ok(()),
            other => other.map_err(at("remove", state.root())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_with_somebody_else_s_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        check(&state).unwrap();
        fs::write(state.path("up.lock"), "").unwrap();
        check(&state).unwrap();
        fs::write(state.path("thesis.tex"), "").unwrap();
        let error = check(&state).unwrap_err();
        assert!(error.to_string().contains("thesis.tex"), "{error}");
    }

    #[test]
    fn the_whole_directory_is_removed_also_twice() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path().join("state"));
        state::create_dir(&state.path("etcd/member")).unwrap();
        state::write(&state.version(), FORMAT).unwrap();
        StateFiles {}.revert(&state).unwrap();
        assert!(!state.root().exists());
        StateFiles {}.revert(&state).unwrap();
    }
}
