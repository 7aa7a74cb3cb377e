//! Waiting for a condition of the cluster, with a deadline that says what was still missing.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Failure;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Calls `probe` until it succeeds; its `Err` says what is still missing.
pub(crate) async fn until<T>(
    what: &str,
    deadline: Duration,
    mut probe: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let started = Instant::now();
    loop {
        match probe().await {
            Ok(value) => return Ok(value),
            Err(missing) if started.elapsed() >= deadline => {
                let words = groundwork_error::chain(&*missing);
                let seconds = deadline.as_secs();
                return Err(format!("{what}: not after {seconds} s: {words}").into());
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_ends_says_what_was_missing() {
        let deadline = Duration::from_secs(1);
        let waited = until("the pod", deadline, async || {
            Err::<(), _>("0/1 ready".into())
        });
        let failure = waited.await.unwrap_err();
        assert_eq!(failure.to_string(), "the pod: not after 1 s: 0/1 ready");
    }
}
