//! The image spec: what Nix says goes into an image. It owns the JSON's shape and checks no file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::Error;

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Short name; the reference becomes `groundwork.local/<name>:<tag>`.
    pub name: String,
    /// The machine it is for, in OCI's words; `amd64` unless said otherwise. The system is Linux.
    #[serde(default = "amd64")]
    pub architecture: String,
    /// From the lowest to the highest. The same layer in two images has the same digest.
    pub layers: Vec<Layer>,
    /// How a container of it starts.
    #[serde(default)]
    pub config: Config,
}

/// What one layer brings. Parent directories come by themselves, with mode 0755.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// Whole trees, each at its own absolute path in the image; symbolic links stay links. Another hash stands
    /// for that of a store path, in its name and in everything that names it.
    pub store_paths: Vec<PathBuf>,
    /// Files and whole trees, each at another place than its own.
    pub files: Vec<File>,
    /// Directories that must exist, with their modes.
    pub directories: Vec<Directory>,
    /// Small files written out in the spec.
    pub text: Vec<Text>,
    /// Symbolic links.
    pub symlinks: Vec<Symlink>,
}

/// A file or a tree of the machine at another place in the image. A symbolic link is followed when it is the source
/// itself, and stays one inside a tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it is now.
    pub source: PathBuf,
    /// Where it goes in the image.
    pub target: PathBuf,
}

/// A directory in the image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Where.
    pub path: PathBuf,
    /// Octal, as in `1777`.
    pub mode: String,
}

/// A file given by its content.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Where it goes in the image.
    pub target: PathBuf,
    /// What is in it.
    pub content: String,
}

/// A symbolic link, in the words of `ln -s TARGET LINK`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symlink {
    /// What it points to; need not exist.
    pub target: PathBuf,
    /// Where it goes in the image.
    pub link: PathBuf,
}

/// How a container of the image starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The program and its first arguments.
    pub entrypoint: Vec<String>,
    /// Further arguments, which an object may replace.
    pub cmd: Vec<String>,
    /// `uid:gid`; root when absent.
    pub user: Option<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Where it starts; `/` when absent.
    pub working_dir: Option<String>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
}

impl Spec {
    /// Reads the spec at `path`.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Spec`], each naming `path`.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read(path).map_err(Error::io("read", path))?;
        serde_json::from_slice(&text).map_err(|source| Error::Spec {
            path: path.into(),
            source,
        })
    }
}

fn amd64() -> String {
    "amd64".into()
}
