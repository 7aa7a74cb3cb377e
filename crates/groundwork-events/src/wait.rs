//! Waiting for a condition of the bus, with a deadline that says what was still missing.

use std::time::Duration;

use groundwork_exec::wait::is_over;
use tokio::time::{Instant, sleep};

use crate::Error;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Calls `probe` until it says that nothing is missing (`None`). A slow machine may take longer than
/// `deadline`.
///
/// # Errors
/// What `probe` fails with, or [`Error::TimedOut`] with what it last missed.
pub(crate) async fn until_nothing_is_missing(
    what: &str,
    deadline: Duration,
    mut probe: impl AsyncFnMut() -> Result<Option<String>, Error>,
) -> Result<(), Error> {
    let started = Instant::now();
    while let Some(pending) = probe().await? {
        let waited = started.elapsed();
        if is_over(waited, deadline) {
            return Err(Error::TimedOut {
                what: what.into(),
                waited,
                pending,
            });
        }
        sleep(PAUSE).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_that_ends_says_what_was_missing() {
        let waited = until_nothing_is_missing("the topic", Duration::ZERO, async || {
            Ok(Some("2 of 3 partitions".into()))
        });
        assert_eq!(
            waited.await.unwrap_err().to_string(),
            "the topic took longer than 0.0 s: 2 of 3 partitions"
        );
    }

    #[tokio::test]
    async fn a_wait_ends_as_soon_as_nothing_is_missing() {
        let mut missing = 3;
        until_nothing_is_missing("counting", Duration::from_secs(5), async || {
            missing -= 1;
            Ok((missing > 0).then(|| format!("{missing}")))
        })
        .await
        .unwrap();
        assert_eq!(missing, 0);
    }
}
