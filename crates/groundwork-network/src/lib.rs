//! The node's network controller: what a network plugin and a cloud's controller do elsewhere. It
//! enforces `NetworkPolicies` in the packet filter, and gives Services of this machine's load balancer
//! class their address, whoever applied them.
//!
//! [`run`] watches the cluster and carries out what [`policy`], [`rules`] and [`load_balancer`] decide;
//! these ask nobody.

mod door;
mod load_balancer;
mod packet_filter;
mod policy;
mod rules;
mod watch;

use std::{io, path::PathBuf};

pub use watch::run;

/// What the controller is given.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach the API server.
    pub kubeconfig: PathBuf,
    /// The program that loads rules.
    pub nft: PathBuf,
    /// A Unix socket that takes connections as long as the rules are what the cluster asks for.
    pub socket: PathBuf,
    /// Addresses of the pods that policies select, one a line: nobody else's packets prove anything
    /// of them.
    pub isolated: PathBuf,
}

/// Why the controller ends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API server cannot be asked.
    #[error(transparent)]
    Cluster(#[from] groundwork_apply::Error),
    /// A program or a file failed.
    #[error("cannot {what}")]
    System {
        /// What was to be done.
        what: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A request failed, in the API server's words.
    #[error("cannot give a Service its address: {0}")]
    Request(String),
    /// `nft` refused.
    #[error(transparent)]
    Command(#[from] groundwork_process::exec::Error),
    /// The watch ended, which it never does by itself.
    #[error("the watch of the cluster has ended")]
    Ended,
}
