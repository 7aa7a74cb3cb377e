//! Why a secret cannot be used. No error ever has a value in it.

use kube::config::InClusterError;

/// What can go wrong with a secret, apart from what passes by itself: that is only in the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API server is asked with a pod's identity, and there is none.
    #[error(
        "this is not a pod with a service account's token (automountServiceAccountToken: true)"
    )]
    NotInCluster(#[source] InClusterError),
    /// There is no client for the API server.
    #[error("cannot make a client for the API server")]
    Client(#[source] kube::Error),
}
