//! Why a manifest cannot be used, and what helps.

use std::{io, path::PathBuf};

/// The format that this launcher reads; `nix/stack` writes the same number.
pub const FORMAT: u32 = 3;

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is missing or cannot be read.
    #[error("cannot read the manifest {path}")]
    Read {
        /// The manifest.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not a manifest.
    #[error("{path} is not a manifest of this release")]
    Parse {
        /// The manifest.
        path: PathBuf,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// The manifest belongs to another release of the launcher.
    #[error("{path} has format {found}; this launcher reads format {FORMAT}")]
    Format {
        /// The manifest.
        path: PathBuf,
        /// The format it says it has.
        found: u32,
    },
    /// The manifest lacks a program.
    #[error("the stack manifest names no program '{0}'")]
    NoProgram(String),
    /// No component has the role.
    #[error("no component of the stack has the role '{0}'")]
    NoRole(String),
    /// The component has no image.
    #[error("the component '{0}' has no image")]
    NoImage(String),
    /// The component has no address on this machine.
    #[error("the component '{0}' has no endpoint")]
    NoEndpoint(String),
}
