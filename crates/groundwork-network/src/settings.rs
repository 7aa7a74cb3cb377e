//! What the controller is given.

use std::path::PathBuf;

/// What the controller is given.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach the API server.
    pub kubeconfig: PathBuf,
    /// The program that loads rules.
    pub nft: PathBuf,
    /// A Unix socket that takes connections as long as the rules are what the cluster asks for.
    pub socket: PathBuf,
    /// Addresses of the pods that policies select, one a line. A policy may stop their packets, so
    /// links are tried from other pods.
    pub isolated: PathBuf,
}
