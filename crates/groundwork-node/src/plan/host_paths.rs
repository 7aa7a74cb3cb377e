//! Folders outside the state directory whose names are fixed in upstream programs.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{error::Error, node::Node, state, state::StateDir};

/// Folders that upstream programs make, inner ones after their parents.
const FOLDERS: [&str; 7] = [
    "/var/lib/kubelet",
    "/var/lib/kubelet/device-plugins",
    "/var/log/containers",
    "/var/lib/cni",
    "/var/lib/cni/results",
    "/run/containerd",
    "/run/mount",
];

/// Files that the kubelet writes into its folder for device plugins.
const DEVICE_PLUGIN_FILES: [&str; 3] =
    ["DEPRECATION", "kubelet.sock", "kubelet_internal_checkpoint"];

/// Remembers which of those folders were there before us. It makes none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPaths {
    existed: Vec<String>,
}

impl HostPaths {
    /// Looks which folders are there.
    pub fn look() -> Self {
        let existed = FOLDERS.iter().filter(|folder| Path::new(folder).exists());
        Self {
            existed: existed.map(|folder| (*folder).into()).collect(),
        }
    }
}

impl Action for HostPaths {
    fn describe(&self) -> &'static str {
        "looks at folders that upstream programs share"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        Ok(true)
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        Ok(())
    }

    fn revert(&self, state: &StateDir) -> Result<(), Error> {
        remove_if(Path::new("/var/log/containers"), |path| {
            fs::read_link(path).is_ok_and(|target| target.starts_with(state.root()))
        })?;
        remove_if(Path::new("/var/lib/cni/results"), |path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("groundwork-")
        })?;
        let new = |folder: &&&str| !self.existed.iter().any(|existed| existed == **folder);
        if FOLDERS
            .iter()
            .filter(new)
            .any(|folder| folder.ends_with("device-plugins"))
        {
            for name in DEVICE_PLUGIN_FILES {
                state::remove(&Path::new("/var/lib/kubelet/device-plugins").join(name))?;
            }
        }
        for folder in FOLDERS.iter().rev().filter(new) {
            // A folder with something in it has come into use by others.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

fn remove_if(folder: &Path, ours: impl Fn(&Path) -> bool) -> Result<(), Error> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| ours(path)) {
        state::remove(&path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["groundwork-1", "other-1"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_if(folder.path(), |path| path.ends_with("groundwork-1")).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].file_name(), "other-1");
    }
}
