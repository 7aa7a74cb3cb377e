//! A check's wait: one of ours, for a condition that fails as a check does.

use std::time::Duration;

use groundwork_process::{error::chain, wait::Wait};

use crate::runner::CheckFailure;

/// Waits for `what`, which an ordinary machine has within `deadline`. The failure of `condition` says what is
/// still missing. The requirements' own bounds are another matter: [`Context::in_time`] judges them by what was
/// measured.
///
/// [`Context::in_time`]: crate::runner::Context::in_time
pub(crate) async fn wait_for<T>(
    what: &str,
    deadline: Duration,
    mut condition: impl AsyncFnMut() -> Result<T, CheckFailure>,
) -> Result<T, CheckFailure> {
    let condition = async || condition().await.map_err(|missing| chain(&*missing));
    Ok(Wait::new(what, deadline).until(condition).done().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the pod does not answer")]
    struct Silent(#[source] std::io::Error);

    #[tokio::test(start_paused = true)]
    async fn what_is_missing_is_told_with_its_causes() {
        let condition = async || {
            let refused = std::io::Error::other("connection refused");
            Err::<(), _>(CheckFailure::from(Silent(refused)))
        };
        let failure = wait_for("the pod", Duration::ZERO, condition).await;
        assert_eq!(
            failure.unwrap_err().to_string(),
            "the pod took longer than 0.0 s: the pod does not answer: connection refused"
        );
    }
}
