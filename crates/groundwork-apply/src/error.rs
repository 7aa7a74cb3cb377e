//! Why objects could not be read, applied or brought to readiness.

use std::{fmt, io, path::PathBuf};

use groundwork_process::error::{Remedy, chain};
use kube::Error as KubeError;

use crate::{Key, pods};

/// What can go wrong between a wave's file and a ready object.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kubeconfig is missing or wrong.
    #[error("cannot use the kubeconfig {path}: {reason}")]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no cluster around this process.
    #[error("this is no pod that may ask the API server: {0}")]
    NoPod(String),
    /// A wave's file cannot be read.
    #[error("cannot read the objects in {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A document of a wave's file is not an object.
    #[error("{}:{line}: {reason}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// Line of the fault, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Nothing in the stack answers under this name.
    #[error("the stack has no endpoint '{0}'")]
    NoEndpoint(String),
    /// A request that concerns no single object failed.
    #[error("cannot {what}: {reason}")]
    Request {
        /// What was to be done.
        what: String,
        /// The API server's words, or why it could not be reached.
        reason: String,
    },
    /// The API server refused objects; everything else of the same stage is applied.
    #[error("the API server refused {}", listed(.0))]
    Rejected(Vec<Rejection>),
    /// Objects belong to another owner; nothing was applied.
    #[error("cannot apply {}", listed(.0))]
    Taken(Vec<Rejection>),
    /// Objects did not become ready.
    #[error("wave '{wave}' is not ready: {}", listed(.diagnoses))]
    NotReady {
        /// The wave.
        wave: String,
        /// Each object that is not ready, with what is known about it.
        diagnoses: Vec<Diagnosis>,
    },
}

/// An object that the API server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The object.
    pub object: Key,
    /// The file it comes from, with the line where it begins.
    pub origin: String,
    /// The API server's words.
    pub reason: String,
}

/// What is known about an object that is not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The object.
    pub object: Key,
    /// What it waits for.
    pub waiting_for: String,
    /// Its and its pods' latest events, oldest first.
    pub events: Vec<String>,
    /// State of each of its pods that is not ready.
    pub pods: Vec<String>,
    /// Last log lines of each container that fails, under `pod/container`.
    pub logs: Vec<(String, Vec<String>)>,
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Kubeconfig { .. } => {
                Some("`groundwork up` writes the kubeconfig; is the cluster up?".into())
            }
            Self::Document { .. } | Self::Rejected(_) => {
                Some("correct the object in its folder k8s/ and run this again".into())
            }
            Self::Taken(_) => {
                Some("give it another name; two owners would overwrite each other".into())
            }
            Self::NoEndpoint(name) => Some(format!(
                "annotate its Service with groundwork/endpoint.{name}: ADDRESS"
            )),
            Self::Request { .. } => Some("`groundwork status` shows what runs".into()),
            Self::NotReady { diagnoses, .. } => diagnoses.first().map(|diagnosis| {
                pods::remedy(&diagnosis.pods).map_or_else(
                    || format!("see `groundwork logs {}`", diagnosis.object.name),
                    Into::into,
                )
            }),
            Self::Read { .. } | Self::NoPod(_) => None,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}",
            self.object.spoken(),
            self.origin,
            self.reason
        )
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object.spoken(), self.waiting_for)?;
        for pod in &self.pods {
            write!(f, "\n  pod {pod}")?;
        }
        for event in &self.events {
            write!(f, "\n  event {event}")?;
        }
        for (container, lines) in &self.logs {
            write!(f, "\n  end of the log of {container}:")?;
            for line in lines {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

/// One item on the same line, several each on its own.
fn listed<T: fmt::Display>(items: &[T]) -> String {
    match items {
        [one] => one.to_string(),
        several => {
            let lines: Vec<_> = several.iter().map(|item| format!("\n- {item}")).collect();
            lines.concat()
        }
    }
}

/// The reason in `error` without the wrapping that `kube` puts around it.
#[must_use]
pub fn explain(error: &KubeError) -> String {
    match error {
        KubeError::Api(response) if !response.message.is_empty() => response.message.clone(),
        // The request's own layers say nothing; what they carry does.
        KubeError::Service(inner) => chain(&**inner),
        other => other.to_string(),
    }
}

/// An error mapper for requests that concern no single object.
pub(crate) fn failed(what: impl Into<String>) -> impl FnOnce(KubeError) -> Error {
    let what = what.into();
    move |error| Error::Request {
        what,
        reason: explain(&error),
    }
}
