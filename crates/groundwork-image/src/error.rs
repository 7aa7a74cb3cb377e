//! Why an image cannot be built.

use std::{
    io,
    path::{Path, PathBuf},
};

use groundwork_process::error::Remedy;

/// Why an image cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec is not what [`crate::Spec`] describes.
    #[error("{path} is not an image spec")]
    Spec {
        /// The spec's file.
        path: PathBuf,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// The spec names a source that is not there.
    #[error("the image needs {0}, which does not exist")]
    Missing(PathBuf),
    /// A place in the image is not given as a plain absolute path.
    #[error("'{0}' is not an absolute path without '..'")]
    Place(PathBuf),
    /// A layer has two different things in one place.
    #[error("{0} is in one layer twice")]
    Twice(PathBuf),
    /// A source is a device, a pipe or a socket, or a file was wanted and it is none.
    #[error("{path} is not {wanted}")]
    Kind {
        /// The source.
        path: PathBuf,
        /// What would do.
        wanted: &'static str,
    },
    /// A directory's mode is not octal.
    #[error("'{mode}' is not the mode of a directory ({path})")]
    Mode {
        /// The directory in the image.
        path: PathBuf,
        /// What the spec says.
        mode: String,
    },
    /// The output folder holds files already.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
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
    /// The image's own documents could not be put together.
    #[error("cannot describe the image")]
    Describe(#[from] oci_spec::OciSpecError),
    /// The image's own documents could not be written.
    #[error("cannot write the image's description")]
    Write(#[from] serde_json::Error),
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing(path) => Some(format!(
                "check the spelling in the component's image.nix; in the sandbox {} must also be an input of the \
                 derivation that builds the image",
                path.display()
            )),
            Self::Twice(_) => Some("name it once, or move one of the two to a later layer".into()),
            Self::Mode { .. } => Some("write it in octal, as in \"1777\"".into()),
            Self::NotEmpty(_) => Some("give another --output, or empty the folder".into()),
            _ => None,
        }
    }
}

impl Error {
    /// Wraps what the system said about `path`.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// The same for something that the spec names: when it is missing, there is a hint.
    pub(crate) fn source(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.into()),
            _ => Self::io("read", path)(source),
        }
    }
}
