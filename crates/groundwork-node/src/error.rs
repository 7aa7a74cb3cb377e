//! Why the node could not do something, and what a person can do about it.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use groundwork_process::error::{Remedy, chain, indented};

/// Why the node could not do something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder refused an operation.
    #[error("cannot {action} {path}")]
    File {
        /// What was tried: `write`, `remove`, …
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file of ours does not hold what we write there.
    #[error("{path} is damaged")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// The encryption cannot be judged. The error has no part of a key.
    #[error("{path} is damaged: {reason}")]
    Encryption {
        /// The file of keys, or the command whose answer cannot be read.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A program failed.
    #[error("{0}")]
    Command(#[from] groundwork_process::exec::Error),
    /// A service has nothing to run on.
    #[error("no stack has been started with this state directory")]
    NoStack,
    /// The node has no image of that name.
    #[error("the node has no image '{0}'")]
    NoImage(String),
    /// The stack manifest lacks something.
    #[error(transparent)]
    Stack(#[from] groundwork_contract::Error),
    /// The kernel refused a change of the network.
    #[error("cannot {action}")]
    Network {
        /// What was tried.
        action: String,
        /// What the kernel said.
        #[source]
        source: rtnetlink::Error,
    },
    /// The kernel refused a change of a process.
    #[error("cannot {action}")]
    System {
        /// What was tried.
        action: String,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make the certificate '{name}'")]
    Certificate {
        /// Whose.
        name: String,
        /// Why.
        #[source]
        source: rcgen::Error,
    },
    /// The machine has no cgroup file system.
    #[error("no cgroup hierarchy is mounted")]
    NoCgroup,
    /// The state directory was written by another release.
    #[error("{path} has state format {found}; this release reads format {expected}")]
    StateFormat {
        /// The state directory.
        path: PathBuf,
        /// Its format.
        found: String,
        /// Ours.
        expected: &'static str,
    },
    /// The state directory holds files that are not ours.
    #[error("{path} is not a Groundwork state directory: it holds '{found}'")]
    NotOurs {
        /// The directory.
        path: PathBuf,
        /// One of its files.
        found: String,
    },
    /// There is one node for each machine, and it belongs to another state directory.
    #[error("this machine already runs a node, with the state directory {owner}")]
    Owned {
        /// The other state directory.
        owner: PathBuf,
    },
    /// The supervisor does not answer.
    #[error("the supervisor does not answer")]
    Supervisor {
        /// What happened on its socket.
        #[source]
        source: io::Error,
    },
    /// A process did not become ready.
    #[error("{process} is not ready after {} s: {reason}{}", .after.as_secs(), quoted(.log))]
    NotReady {
        /// Which process.
        process: String,
        /// For how long it was waited for.
        after: Duration,
        /// What was missing at the end.
        reason: String,
        /// Whether it was still at work: its log grew, or its answers changed.
        alive: bool,
        /// The end of its log.
        log: String,
        /// Its log file.
        log_file: PathBuf,
    },
    /// A process ends again and again.
    #[error("{process} ended {times} times in a row{}", quoted(.log))]
    KeepsEnding {
        /// Which process.
        process: String,
        /// How often.
        times: u32,
        /// The end of its log.
        log: String,
        /// Its log file.
        log_file: PathBuf,
    },
    /// Something would not end.
    #[error(transparent)]
    TimedOut(#[from] groundwork_process::wait::TimedOut),
    /// Some parts could not be removed; the others were.
    #[error("not everything could be removed:{}", lines(.0))]
    Left(Vec<Error>),
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::File { source, .. } | Self::System { source, .. }
                if source.kind() == io::ErrorKind::PermissionDenied =>
            {
                Some("run it as root".into())
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some disk space and run it again".into())
            }
            Self::Encryption { .. } => Some(
                "nothing was changed; run it again, or put encryption.yaml back from a copy of the state directory".into(),
            ),
            Self::Damaged { .. } => {
                Some("`groundwork destroy --yes` removes the node, `groundwork up` makes a new one".into())
            }
            Self::Command(error) => error.hint(),
            Self::Network { .. } => Some("run `groundwork doctor`".into()),
            Self::NoImage(_) => Some("`groundwork image list` shows those that it has".into()),
            Self::NoStack => Some("groundwork up".into()),
            Self::NoCgroup => Some("mount cgroup2 at /sys/fs/cgroup; in a container, start it with --cgroupns=host and --privileged".into()),
            Self::StateFormat { path, .. } => Some(format!(
                "use the release that wrote it, or remove its data with `groundwork destroy --yes --state-dir {}`",
                path.display()
            )),
            Self::NotOurs { .. } => Some("choose another one with --state-dir; nothing was changed".into()),
            Self::Owned { owner } => Some(format!(
                "use that one, or remove it with `groundwork destroy --yes --state-dir {}`",
                owner.display()
            )),
            Self::Supervisor { .. } => Some("run `groundwork up`: it starts the supervisor again".into()),
            Self::NotReady { log_file, alive: true, .. } => Some(format!(
                "it is at work: `groundwork up --timeout SECONDS` waits longer; the whole log: {}",
                log_file.display()
            )),
            Self::NotReady { log_file, .. } => Some(format!("the whole log: {}", log_file.display())),
            Self::KeepsEnding { log_file, .. } => Some(format!(
                "its last lines say why; `groundwork doctor` looks at the machine; the whole log: {}",
                log_file.display()
            )),
            Self::Left(errors) => errors
                .iter()
                .find_map(Error::hint)
                .or_else(|| Some("run `groundwork destroy --yes` again".into())),
            _ => None,
        }
    }
}

/// Turns an I/O error into one that names the operation and the file.
pub(crate) fn at(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::File {
        action,
        path: path.as_ref().into(),
        source,
    }
}

/// Turns a system call's error into one that names what was tried.
pub(crate) fn system<E: Into<io::Error>>(action: impl Into<String>) -> impl FnOnce(E) -> Error {
    move |source| Error::System {
        action: action.into(),
        source: source.into(),
    }
}

fn quoted(log: &str) -> String {
    indented(log.lines())
}

fn lines(errors: &[Error]) -> String {
    indented(errors.iter().map(|error| chain(error)))
}
