//! The claim on the machine: bridges, cgroups and ports have fixed names, so there is one node.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    error::{Error, at},
    node::Node,
    state::{self, StateDir},
};

/// To be passed, and not to be read: a pod with users of its own (`hostUsers: false`) gets to its
/// files through it as a user that the machine does not know.
const RUN_MODE: u32 = 0o711;

/// Writes down whose node this machine runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {}

/// Refuses when the machine runs the node of another state directory.
pub fn check(state: &StateDir) -> Result<(), Error> {
    match state.owner()? {
        Some(owner) if owner != state.root() => Err(Error::Owned { owner }),
        _ => Ok(()),
    }
}

impl Action for Claim {
    fn describe(&self) -> &'static str {
        "claims the machine"
    }

    fn is_done(&self, node: &Node) -> Result<bool, Error> {
        let mut links = node.state.links().into_iter();
        let mode = fs::metadata(node.state.run()).map(|meta| meta.permissions().mode());
        Ok(node.state.is_owner()?
            && mode.is_ok_and(|mode| mode & 0o777 == RUN_MODE)
            && links.all(|(link, target)| leads(&link, &target)))
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        let state = &node.state;
        state::create_open_dir(&state.run(), RUN_MODE)?;
        let owner = format!("{}\n", state.root().display());
        state::write(&state.owner_file(), &owner)?;
        for (path, target) in state.links() {
            link(&path, &target)?;
        }
        Ok(())
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        state::remove(&state.run())
    }
}

fn leads(link: &Path, target: &Path) -> bool {
    fs::read_link(link).is_ok_and(|found| found == target)
}

/// Makes `link` lead to `target`, wherever it led before. One that is right stays: pods may be
/// starting through it.
fn link(link: &Path, target: &Path) -> Result<(), Error> {
    if leads(link, target) {
        return Ok(());
    }
    state::remove(link)?;
    symlink(target, link).map_err(at("make", link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_led_elsewhere_and_removed_without_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        state::create_dir(&path("old")).unwrap();
        state::create_dir(&path("new")).unwrap();
        fs::write(path("old/0.log"), "a line\n").unwrap();
        link(&path("logs"), &path("old")).unwrap();
        link(&path("logs"), &path("old")).unwrap();
        assert!(path("logs/0.log").is_file());
        link(&path("logs"), &path("new")).unwrap();
        assert!(leads(&path("logs"), &path("new")));
        state::remove(&path("logs")).unwrap();
        assert!(path("old/0.log").is_file());
    }
}
