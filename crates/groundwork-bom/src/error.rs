//! Why a bill cannot be written or read.

use std::{
    io,
    path::{Path, PathBuf},
};

use groundwork_process::{
    error::{Exit, Remedy},
    exec,
};

/// Why a bill cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is not the JSON that it should be.
    #[error("{path} is not what was expected")]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A file is not the TOML that it should be.
    #[error("{path} is not what was expected")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why reading stopped.
        #[source]
        source: toml::de::Error,
    },
    /// A line of a file has another form.
    #[error("{path}: '{line}' is not {wanted}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: String,
        /// The form.
        wanted: &'static str,
    },
    /// A part is there and nothing pins it.
    #[error("{part} is in {path}, and nothing pins it")]
    NotPinned {
        /// The part.
        part: String,
        /// Where it is.
        path: PathBuf,
    },
    /// A part is pinned and is not there.
    #[error("{part} is pinned, and is not in {path}")]
    Missing {
        /// The part.
        part: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// A hash is not in base64.
    #[error("the hash of {part} is not in base64")]
    Hash {
        /// The part.
        part: String,
    },
    /// A part cannot have a package URL.
    #[error("{part} has no package URL")]
    Url {
        /// The part.
        part: String,
        /// Why.
        #[source]
        source: packageurl::Error,
    },
    /// A program that reads others failed.
    #[error(transparent)]
    Command(#[from] exec::Error),
    /// The system refused.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json {
            path: path.into(),
            source,
        }
    }

    pub(crate) fn toml(path: &Path) -> impl FnOnce(toml::de::Error) -> Self {
        move |source| Self::Toml {
            path: path.into(),
            source,
        }
    }

    /// What became of an action on a file.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.into(),
            source,
        }
    }
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotPinned { .. } | Self::Missing { .. } => Some(
                "update the pins: scripts/fetch-sources.sh --update; or correct `bill` where it is built".into(),
            ),
            _ => None,
        }
    }

    /// NB: 1 is what a scan says when something is known.
    fn exit(&self) -> Option<Exit> {
        Some(Exit::WrongUse)
    }
}
