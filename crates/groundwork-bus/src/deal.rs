//! How an event is dealt with: again while something is away, and a bounded number of times otherwise.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tokio::time::{MissedTickBehavior, interval};

/// How often a handler gets an event that it fails at.
pub const ATTEMPTS: usize = 3;
/// From one attempt to the next.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// Why a handler is not done with an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// Something that it needs is away: the event waits.
    #[error("{0}")]
    Away(String),
    /// It fails at the event itself.
    #[error("{0}")]
    Failed(String),
}

/// Deals with an event's bytes. It may get the same event again, so a second time must change nothing.
pub type Handler = Arc<dyn Fn(Vec<u8>) -> BoxFuture<'static, Result<(), NotDone>> + Send + Sync>;

/// Hands `event` to `handler` until it is done with it.
///
/// # Errors
/// What the handler last said, when it failed [`ATTEMPTS`] times.
pub(crate) async fn deal(handler: &Handler, event: &[u8]) -> Result<(), String> {
    let mut pace = interval(PAUSE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut failed, mut told) = (0, None);
    loop {
        pace.tick().await;
        match handler(event.to_vec()).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Failed(error)) => {
                failed += 1;
                if failed == ATTEMPTS {
                    return Err(error);
                }
            }
            Err(NotDone::Away(error)) => {
                if told.as_ref() != Some(&error) {
                    tracing::warn!(error, "the event waits");
                }
                told = Some(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// What becomes of an event, and how often the handler got it.
    async fn dealt(
        says: impl Fn(usize) -> Result<(), NotDone> + Send + Sync + 'static,
    ) -> (Result<(), String>, usize) {
        let times = Arc::new(AtomicUsize::new(0));
        let counted = times.clone();
        let handler: Handler = Arc::new(move |event| {
            assert_eq!(event, b"event");
            let said = says(counted.fetch_add(1, Ordering::Relaxed) + 1);
            Box::pin(async { said })
        });
        let result = deal(&handler, b"event").await;
        (result, times.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_fails_three_times_is_refused() {
        let failed = |_| Err(NotDone::Failed("planted".into()));
        assert_eq!(dealt(failed).await, (Err("planted".into()), ATTEMPTS));
        let second = |times| match times {
            2 => Ok(()),
            _ => Err(NotDone::Failed("planted".into())),
        };
        assert_eq!(dealt(second).await, (Ok(()), 2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_waits_for_what_is_away() {
        let away = |times| match times {
            10 => Ok(()),
            _ => Err(NotDone::Away("planted".into())),
        };
        assert_eq!(dealt(away).await, (Ok(()), 10));
    }
}
