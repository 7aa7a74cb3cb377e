//! What the supervisor is told of a process, as it is written down.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// Everything that makes a node process what it is. Two equal ones need no restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Its name, log file and cgroup.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Additions to its environment.
    pub env: BTreeMap<String, String>,
    /// A digest of its configuration files, so that a changed file restarts it.
    pub inputs: String,
    /// Processes that must have been ready before it is started.
    pub after: Vec<String>,
    /// How to see that it is ready.
    pub probe: Probe,
    /// Its OOM score adjustment, where the machine lets us set one.
    pub oom_score: Option<i32>,
    /// How long it may take to end by itself.
    pub grace: Duration,
}

/// How to see that a process is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// A Unix socket accepts connections.
    Socket(PathBuf),
    /// A URL answers 200.
    Http(Http),
    /// The node object's condition `Ready` is true.
    NodeReady(Http),
}

/// A health endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    /// Where.
    pub url: String,
    /// The authority of its certificate; `None` for plain HTTP.
    pub ca: Option<PathBuf>,
    /// Certificate and key to show.
    pub client: Option<(PathBuf, PathBuf)>,
}
