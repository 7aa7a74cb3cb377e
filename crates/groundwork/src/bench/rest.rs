//! Time in which the stack is let alone.

use std::time::Duration;

/// Lets the stack alone for `length`: what it does then is what is measured.
#[expect(clippy::disallowed_methods, reason = "nothing is waited for")]
pub(super) async fn rest(length: Duration) {
    tokio::time::sleep(length).await;
}
