//! Time in which the stack is let alone.

use std::time::Duration;

/// Leaves the stack alone for `length`, and measures it then.
#[expect(clippy::disallowed_methods, reason = "nothing is waited for")]
pub(super) async fn rest(length: Duration) {
    tokio::time::sleep(length).await;
}
