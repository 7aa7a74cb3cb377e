//! Why a secret could not be kept or found. All of it is free of values.

use std::path::PathBuf;

use groundwork_process::error::{Exit, Remedy};

use super::{Id, Kind};

/// Why a secret could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not a name.
    #[error("'{0}' cannot be a secret's name")]
    Name(String),
    /// There is no such kind.
    #[error("there is no kind of secret called '{0}'")]
    NoKind(String),
    /// A field is wrong.
    #[error("field '{field}': {reason}")]
    Field {
        /// Its name.
        field: String,
        /// What is wrong, without the value.
        reason: String,
    },
    /// A new value cannot be made here.
    #[error("a secret of kind {0} cannot be made here")]
    NotMadeHere(Kind),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
    /// There is no such secret.
    #[error("there is no secret {0}")]
    NotThere(Id),
    /// There is no such version, or not any more.
    #[error("{id} has no version {version}")]
    NoVersion {
        /// The secret.
        id: Id,
        /// The version.
        version: u32,
    },
    /// There is no version before the first.
    #[error("{0} has no earlier version")]
    NoEarlier(Id),
    /// A secret keeps its kind.
    #[error("{id} is of kind {kind}")]
    OtherKind {
        /// The secret.
        id: Id,
        /// Its kind.
        kind: Kind,
    },
    /// A Secret object of that name was made by somebody else.
    #[error("the Secret object {0} was not made by `groundwork secret`")]
    Foreign(Id),
    /// There is no such namespace.
    #[error("there is no namespace '{0}'")]
    NoNamespace(String),
    /// Somebody else wrote at the same time.
    #[error("{0} was changed by somebody else at the same moment; nothing was changed now")]
    Changed(Id),
    /// The API server did not do it.
    #[error("cannot {what}")]
    Request {
        /// What was to be done, with which secret.
        what: String,
        /// What it said.
        #[source]
        source: Box<kube::Error>,
    },
    /// A file of declared secrets is wrong.
    #[error("{}: {reason}", path.display())]
    Declared {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A .env file is wrong.
    #[error("line {line}: {reason}")]
    Dotenv {
        /// Counted from 1.
        line: usize,
        /// What is wrong, without what stands there.
        reason: &'static str,
    },
}

impl Remedy for Error {
    /// What was asked for makes no sense, whatever the cluster has.
    fn exit(&self) -> Option<Exit> {
        let wrong = matches!(
            self,
            Self::Name(_) | Self::NoKind(_) | Self::Field { .. } | Self::NotMadeHere(_)
        );
        wrong.then_some(Exit::WrongUse)
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Name(_) => Some(
                "a name has lower-case letters, digits and '-', begins and ends with a letter or digit, and has 50 characters at most".into(),
            ),
            Self::NoKind(_) => {
                let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                Some(format!("the kinds are {}", kinds.join(", ")))
            }
            Self::NotMadeHere(_) => Some(
                "its issuer makes it: put the new value in with `groundwork secret set`".into(),
            ),
            Self::NotThere(id) => Some(format!(
                "`groundwork secret list` shows those that are there, `groundwork secret set -n {} {}` makes this one",
                id.namespace, id.name
            )),
            Self::NoVersion { id, .. } | Self::NoEarlier(id) => Some(format!(
                "`groundwork secret history -n {} {}` shows those that are kept",
                id.namespace, id.name
            )),
            Self::OtherKind { id, .. } => Some(format!(
                "choose another name, or delete it first: `groundwork secret delete -n {} {}`",
                id.namespace, id.name
            )),
            Self::Foreign(id) => Some(format!(
                "choose another name, or see what it is: `groundwork kubectl describe secret -n {} {}`",
                id.namespace, id.name
            )),
            Self::NoNamespace(name) => Some(format!(
                "name another with -n, or make it: `groundwork kubectl create namespace {name}`"
            )),
            Self::Changed(_) => Some("run it again".into()),
            Self::Request { source, .. } => Some(
                match source.to_string().contains("failed to store audit event") {
                    // The API server's own words when it may do nothing that it cannot write down.
                    true => "the API server cannot write its audit log, and gives no secret without it: free some disk space",
                    false => "`groundwork status` shows what runs",
                }
                .into(),
            ),
            Self::Field { .. } | Self::NoRandomness(_) | Self::Declared { .. } | Self::Dotenv { .. } => None,
        }
    }
}
