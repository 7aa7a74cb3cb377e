//! What has passed before: a step whose inputs are the same is not run once more.
//!
//! What Nix builds needs no receipt. One is a file of this person's cache, so whoever can write it can do all that they can.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// A folder with an empty file for each step that has passed, named after its inputs.
pub struct Receipts(PathBuf);

impl Receipts {
    /// This person's, in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.into())
    }

    /// Whether a step of these inputs has passed.
    pub fn has(&self, inputs: &str) -> bool {
        self.0.join(file(inputs)).is_file()
    }

    /// Remembers that a step of these inputs has passed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&self, inputs: &str) -> anyhow::Result<()> {
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.0)?;
            fs::write(self.0.join(file(inputs)), "")
        };
        write().with_context(|| format!("cannot write into {}", self.0.display()))
    }
}

/// Inputs are a hash or a store path; nothing of them leads out of the folder.
fn file(inputs: &str) -> String {
    inputs.replace('/', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_passed_is_known_by_its_inputs_alone() {
        let folder = tempfile::tempdir().unwrap();
        let receipts = Receipts::in_folder(&folder.path().join("new"));
        assert!(!receipts.has("../a"));
        receipts.add("../a").unwrap();
        assert!(receipts.has("../a"));
        assert!(!receipts.has("../b"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
