//! Why a registry does not do what it should, or a signature does not hold.

use std::{io, path::PathBuf};

use groundwork_process::error::Remedy;

/// Why a registry does not do what it should, or a signature does not hold.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The registry is not reached.
    #[error("the registry of {place} does not answer")]
    NoAnswer {
        /// The repository.
        place: String,
        /// What the connection said.
        #[source]
        source: reqwest::Error,
    },
    /// It wants a login that it is not given.
    #[error("the registry of {place} wants another login (status {status})")]
    Login {
        /// The repository.
        place: String,
        /// 401 or 403.
        status: u16,
    },
    /// It answers with an error.
    #[error("the registry of {place} does not {action} (status {status}): {said}")]
    Refused {
        /// The repository.
        place: String,
        /// What was asked.
        action: String,
        /// HTTP's.
        status: u16,
        /// The beginning of its answer.
        said: String,
    },
    /// It is not there.
    #[error("there is no {what} in {place}")]
    NotThere {
        /// An image or a blob.
        what: String,
        /// The repository.
        place: String,
    },
    /// What came is not what was asked for.
    #[error("{place} has {found} where {wanted} should be")]
    Digest {
        /// The repository.
        place: String,
        /// The digest of what is there.
        found: String,
        /// The digest that it should have.
        wanted: String,
    },
    /// A document has another form.
    #[error("{what} is not what was expected")]
    Json {
        /// The document.
        what: String,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A document has the right form, and something in it is wrong.
    #[error("{what} {why}")]
    Document {
        /// The document.
        what: String,
        /// What is wrong.
        why: &'static str,
    },
    /// No key can be made of a text.
    #[error("the {what} key is none: {why}")]
    Key {
        /// Whether it is the private or the public one.
        what: &'static str,
        /// What is wrong.
        why: String,
    },
    /// Nobody who has the key has signed the image.
    #[error("{image} is not signed with that key{others}")]
    NotSigned {
        /// With its digest.
        image: String,
        /// What there is instead.
        others: String,
    },
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
    /// A program that keeps logins failed, or Docker's configuration is none.
    #[error("{file} gives no login")]
    Configuration {
        /// Docker's configuration.
        file: PathBuf,
        /// Why.
        #[source]
        source: docker_credential::CredentialRetrievalError,
    },
}

impl Error {
    pub(crate) fn json(what: &str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json {
            what: what.into(),
            source,
        }
    }

    pub(crate) fn document(what: &str, why: &'static str) -> Self {
        Self::Document {
            what: what.into(),
            why,
        }
    }

    /// What became of an action on a file.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.into(),
            source,
        }
    }
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoAnswer { .. } => "is the address right, and does this machine reach it?",
            Self::Login { .. } => {
                "log in first: docker login, whose configuration is read; the login has to allow it"
            }
            Self::Configuration { .. } => {
                "docker login writes it; DOCKER_CONFIG names another folder"
            }
            Self::NotThere { .. } => "is the name right? `image push` prints it",
            Self::Digest { .. } => "what is there was changed, or is broken: push it again",
            Self::Key {
                what: "private", ..
            } => {
                "a PEM file with a key of the curve P-256 in PKCS #8, as `image generate-key` makes it"
            }
            Self::Key { .. } => "a PEM file with a public key of the curve P-256",
            Self::NotSigned { .. } => {
                "do not use it, unless you know why; `image push --key` signs"
            }
            _ => return None,
        };
        Some(hint.into())
    }
}
