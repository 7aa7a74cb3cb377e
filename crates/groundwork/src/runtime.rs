//! The threads that talk to the cluster.

use anyhow::Context;
use tokio::runtime::Runtime;

/// Starts them.
///
/// # Errors
/// When the kernel gives no thread.
pub fn new() -> anyhow::Result<Runtime> {
    Runtime::new().context("cannot start the threads that talk to the cluster")
}
