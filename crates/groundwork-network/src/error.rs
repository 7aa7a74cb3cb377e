//! Why the controller ends.

use std::io;

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
