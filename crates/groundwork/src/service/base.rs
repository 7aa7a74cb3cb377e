//! What a service was when its template made it: what a newer template's changes are told from its own by.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{check::contents, kind::Kind};
use crate::failure::Failure;

/// The file in a service's folder.
pub const FILE: &str = ".groundwork/template.json";

/// Files that a tool writes: two versions of one are never put together.
const LOCKS: [&str; 2] = ["Cargo.lock", "poetry.lock"];

/// One file as the template had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// A person's own from then on: its text.
    Text(String),
    /// Managed, or a lock: the SHA-256 of its bytes, in hexadecimal digits.
    Sha256(String),
}

impl File {
    /// What is kept of the file `path` with these `bytes`, in a service of this `kind`.
    pub fn of(path: &Path, bytes: &[u8], kind: &Kind) -> Self {
        let whole = path.starts_with(kind.managed) || LOCKS.iter().any(|lock| path.ends_with(lock));
        match std::str::from_utf8(bytes) {
            Ok(text) if !whole => Self::Text(text.to_owned()),
            _ => Self::Sha256(hex(&Sha256::digest(bytes))),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a String takes all that is written to it");
    }
    text
}

/// Every file of a template, as a service of some name and with some features has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base(pub BTreeMap<PathBuf, File>);

impl Base {
    /// The files in `folder`, of a service of this `kind`.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn of(folder: &Path, kind: &Kind) -> anyhow::Result<Self> {
        let files = contents(folder)?.into_iter();
        let files = files.filter(|(path, _)| path != Path::new(FILE));
        let files = files.map(|(path, bytes)| {
            let file = File::of(&path, &bytes, kind);
            (path, file)
        });
        Ok(Self(files.collect()))
    }

    /// What the service in `folder` has kept.
    ///
    /// # Errors
    /// When it has kept nothing, or something else.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::wrong_use(format!("cannot read {}: {error}", path.display()))
                .hint(format!("bring it back: git log -- {FILE}"))
        })?;
        serde_json::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))
    }

    /// Keeps it in `folder`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(FILE);
        let unwritten = || format!("cannot write {}", path.display());
        fs::create_dir_all(path.parent().context("a file has a folder")?)
            .with_context(unwritten)?;
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&path, text).with_context(unwritten)
    }
}
