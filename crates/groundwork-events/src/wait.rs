//! Waiting for a condition of the bus, with a deadline that says what was still missing.

use std::time::{self, Duration};

use groundwork_process::wait::is_over;
use rdkafka::{
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, RDKafkaErrorCode},
};
use tokio::time::{Instant, sleep};

use crate::Error;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// One try to reach the broker.
const TRY: Duration = Duration::from_millis(500);

/// Blocks until the broker has answered `reader`, or `deadline` has passed, or what is `longer` on this
/// machine.
///
/// # Errors
/// What the client said last.
pub(crate) fn until_it_answers(
    reader: &BaseConsumer,
    deadline: Duration,
    longer: fn(Duration) -> Duration,
) -> Result<(), KafkaError> {
    let (started, mut end) = (time::Instant::now(), deadline);
    loop {
        let left = end.saturating_sub(started.elapsed());
        let patience = left.clamp(Duration::from_millis(1), TRY);
        // Each try blocks inside the client until the broker answers: no busy loop.
        let failure = match reader.fetch_metadata(None, patience) {
            Ok(metadata) if !metadata.brokers().is_empty() => return Ok(()),
            Ok(_) => KafkaError::MetadataFetch(RDKafkaErrorCode::BrokerNotAvailable),
            Err(failure) => failure,
        };
        if left.is_zero() {
            end = longer(deadline);
            if started.elapsed() >= end {
                return Err(failure);
            }
        }
    }
}

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
    use crate::bus::config;

    #[test]
    fn a_broker_that_does_not_answer_is_waited_for_as_long_as_the_machine_needs() {
        // Port 1 of the loopback: nobody listens, and nothing leaves the machine.
        let reader: BaseConsumer = config("127.0.0.1:1").create().unwrap();
        let (started, longest) = (time::Instant::now(), Duration::from_millis(300));
        let answer = until_it_answers(&reader, Duration::from_millis(1), |_| {
            Duration::from_millis(300)
        });
        assert!(answer.is_err());
        assert!(started.elapsed() >= longest, "{:?}", started.elapsed());
    }

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
