//! The spec of a bill: what Nix says a thing is made of. It owns the JSON's shape and reads no other file.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Error, sources};

/// What a bill is of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Short name.
    pub name: String,
    /// The OCI layout, where it is an image: its file `digest` is the version.
    pub image: Option<PathBuf>,
    /// The version of what is no image.
    pub version: Option<String>,
    /// What it is made of.
    pub sources: Vec<Source>,
}

/// Where parts of one ecosystem are found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// Programs in Go: the modules that are linked, as each says itself.
    Go {
        /// The folder of the programs.
        programs: PathBuf,
        /// Only these of them; all when there are none.
        #[serde(default)]
        only: Vec<String>,
        /// The go.sum with the modules' hashes.
        sums: PathBuf,
        /// Licences, each in a folder by its module's path.
        licences: PathBuf,
    },
    /// A program in Rust: the crates that `cargo tree` lists.
    Cargo {
        /// Its lines, `NAME VERSION LICENCE`.
        tree: PathBuf,
        /// The Cargo.lock with the crates' hashes.
        lock: PathBuf,
    },
    /// Packages of Debian: those whose licence is there.
    Debian {
        /// What may be there.
        pins: Vec<Pin>,
        /// Files, or folders with a file `copyright`, each by its package's name.
        licences: PathBuf,
    },
    /// Java archives in one folder.
    Maven {
        /// The folder.
        jars: PathBuf,
        /// Lines `GROUP:ARTIFACT:VERSION`, one for each.
        names: PathBuf,
        /// Licences, each in a folder by its archive's name.
        licences: PathBuf,
    },
    /// Packages of Python as pip lays them out.
    Python {
        /// The folder that has all of them.
        packages: PathBuf,
        /// The wheels that they came from.
        pins: Vec<Pin>,
    },
    /// Packages of npm that are not for development alone.
    Npm {
        /// The package-lock.json.
        lock: PathBuf,
    },
}

/// A file as a lock pins it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The hash of the file, in hexadecimal.
    pub sha256: String,
}

impl Spec {
    /// Reads a spec.
    ///
    /// # Errors
    /// When it cannot be read or is not one.
    pub fn read(path: &Path) -> Result<Self, Error> {
        serde_json::from_str(&sources::text(path)?).map_err(Error::json(path))
    }
}
