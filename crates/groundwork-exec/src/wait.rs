//! Waiting for a condition: always with a deadline, always saying for what.

use std::{
    thread,
    time::{Duration, Instant},
};

/// The condition did not come true in time.
#[derive(Debug, thiserror::Error)]
#[error("{what} took longer than {} s: {pending}", .deadline.as_secs_f32())]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
    /// How long.
    pub deadline: Duration,
    /// What was missing at the end.
    pub pending: String,
}

/// Calls `probe` at once and then `every` so often until it succeeds, and returns its value.
/// The `Err` of `probe` says what is still missing.
///
/// # Errors
/// [`TimedOut`] with the last `Err` when the deadline has passed.
pub fn until<T>(
    what: &str,
    deadline: Duration,
    every: Duration,
    mut probe: impl FnMut() -> Result<T, String>,
) -> Result<T, TimedOut> {
    let end = Instant::now() + deadline;
    loop {
        match probe() {
            Ok(value) => return Ok(value),
            Err(pending) if Instant::now() >= end => {
                return Err(TimedOut {
                    what: what.into(),
                    deadline,
                    pending,
                });
            }
            Err(_) => pause(every.min(end.saturating_duration_since(Instant::now()))),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one sleep, between two probes of a bounded wait"
)]
fn pause(duration: Duration) {
    thread::sleep(duration);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_that_comes_true_returns_its_value() {
        let mut calls = 0;
        let value = until("counting", Duration::from_secs(5), Duration::ZERO, || {
            calls += 1;
            if calls == 3 {
                Ok(calls)
            } else {
                Err("not yet".into())
            }
        });
        assert_eq!(value.unwrap(), 3);
    }

    #[test]
    fn a_missed_deadline_says_what_was_missing() {
        let error = until::<()>("the port", Duration::ZERO, Duration::ZERO, || {
            Err("connection refused".into())
        })
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the port took longer than 0 s: connection refused"
        );
    }
}
