//! The pauses between the attempts at something.

use std::time::Duration;

/// Pauses that are all the same, or that grow until one succeeds.
#[derive(Debug, Clone)]
pub struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Each pause is as long as the other.
    #[must_use]
    pub const fn steady(pause: Duration) -> Self {
        Self::doubling(pause, pause)
    }

    /// Each pause is twice as long as the one before, from `shortest` to `longest`.
    #[must_use]
    pub const fn doubling(shortest: Duration, longest: Duration) -> Self {
        Self {
            shortest,
            longest,
            next: shortest,
        }
    }

    /// Begins with the shortest pause again: what was tried has succeeded.
    pub fn reset(&mut self) {
        self.next = self.shortest;
    }

    /// Pauses before the next attempt.
    #[expect(clippy::disallowed_methods, reason = "the pause itself")]
    pub async fn pause(&mut self) {
        tokio::time::sleep(self.next()).await;
    }

    /// How long the next pause is.
    pub(super) fn next(&mut self) -> Duration {
        let next = self.next;
        self.next = next.saturating_mul(2).min(self.longest);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::doubling(SECOND, 5 * SECOND);
        let mut pauses = || [(); 4].map(|()| backoff.next().as_secs());
        assert_eq!(pauses(), [1, 2, 4, 5]);
        assert_eq!(pauses(), [5, 5, 5, 5]);
        backoff.reset();
        assert_eq!(backoff.next(), SECOND);
    }

    #[test]
    fn steady_pauses_stay_as_they_are() {
        let mut backoff = Backoff::steady(SECOND);
        assert_eq!([(); 3].map(|()| backoff.next()), [SECOND; 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_takes_its_time() {
        let started = tokio::time::Instant::now();
        let mut backoff = Backoff::doubling(SECOND, 5 * SECOND);
        backoff.pause().await;
        backoff.pause().await;
        assert_eq!(started.elapsed(), 3 * SECOND);
    }
}
