//! Waiting for a condition: always with a deadline, always saying for what.
//!
//! A deadline is meant for an ordinary machine. Once it is reached, a slow machine is given as much
//! longer as it is slower; an ordinary wait costs nothing.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::slowness::{factor, stretched};

/// The condition did not come true in time.
#[derive(Debug, thiserror::Error)]
#[error("{what} took longer than {:.1} s: {pending}", .waited.as_secs_f64())]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
    /// How long it was really waited for.
    pub waited: Duration,
    /// What was missing at the end.
    pub pending: String,
}

/// Calls `probe` at once and then `every` so often until it succeeds, and returns its value.
/// The `Err` of `probe` says what is still missing. A slow machine may take [`longer`].
///
/// # Errors
/// [`TimedOut`] with the last `Err` when the deadline has passed.
pub fn until<T>(
    what: &str,
    deadline: Duration,
    every: Duration,
    probe: impl FnMut() -> Result<T, String>,
) -> Result<T, TimedOut> {
    until_longer(what, deadline, longer, every, probe)
}

/// As [`until`], with the same deadline on every machine: for a wait that usually runs out, or whose
/// length somebody was promised.
///
/// # Errors
/// As [`until`].
pub fn until_exactly<T>(
    what: &str,
    deadline: Duration,
    every: Duration,
    probe: impl FnMut() -> Result<T, String>,
) -> Result<T, TimedOut> {
    until_longer(what, deadline, |exactly| exactly, every, probe)
}

/// How long to wait on this machine for what an ordinary one does within `deadline`. To be asked when
/// `deadline` has passed: the first answer takes a moment, as the machine is measured then.
#[must_use]
pub fn longer(deadline: Duration) -> Duration {
    match deadline {
        Duration::ZERO => deadline,
        _ => stretched(deadline, factor()),
    }
}

/// Whether to give up after having `waited` for what an ordinary machine does within `deadline`.
#[must_use]
pub fn is_over(waited: Duration, deadline: Duration) -> bool {
    waited >= deadline && waited >= longer(deadline)
}

fn until_longer<T>(
    what: &str,
    deadline: Duration,
    longer: impl Fn(Duration) -> Duration,
    every: Duration,
    mut probe: impl FnMut() -> Result<T, String>,
) -> Result<T, TimedOut> {
    let started = Instant::now();
    let mut end = deadline;
    loop {
        let pending = match probe() {
            Ok(value) => return Ok(value),
            Err(pending) => pending,
        };
        let waited = started.elapsed();
        if waited >= end {
            end = longer(deadline);
        }
        if waited >= end {
            return Err(TimedOut {
                what: what.into(),
                waited,
                pending,
            });
        }
        pause(every.min(end - waited));
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

    /// Comes true at the third look.
    fn third() -> impl FnMut() -> Result<u32, String> {
        let mut calls = 0;
        move || {
            calls += 1;
            if calls == 3 {
                Ok(calls)
            } else {
                Err("not yet".into())
            }
        }
    }

    #[test]
    fn a_condition_that_comes_true_returns_its_value() {
        let value = until("counting", Duration::from_secs(5), Duration::ZERO, third());
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
            "the port took longer than 0.0 s: connection refused"
        );
    }

    #[test]
    fn a_slow_machine_goes_on_after_the_deadline() {
        let slow = |_| Duration::from_secs(5);
        let value = until_longer("counting", Duration::ZERO, slow, Duration::ZERO, third());
        assert_eq!(value.unwrap(), 3);
    }

    #[test]
    fn a_slow_machine_says_how_long_it_really_waited() {
        let slow = |_| Duration::from_millis(150);
        let probe = || Err("not yet".into());
        let error = until_longer::<()>("it", Duration::ZERO, slow, Duration::ZERO, probe);
        let waited = error.unwrap_err().waited;
        assert!(waited >= Duration::from_millis(150), "{waited:?}");
    }

    #[test]
    fn an_exact_wait_ends_at_its_deadline_on_every_machine() {
        let error = until_exactly("counting", Duration::ZERO, Duration::ZERO, third());
        assert_eq!(error.unwrap_err().pending, "not yet");
    }

    #[test]
    fn a_wait_is_not_over_before_its_deadline() {
        let hour = Duration::from_secs(3600);
        assert!(!is_over(hour / 2, hour));
        assert!(is_over(hour * 17, hour));
        assert!(is_over(Duration::ZERO, Duration::ZERO));
    }
}
