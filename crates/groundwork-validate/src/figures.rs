//! Figures and failures as people read them. Pure.

use std::{error::Error, time::Duration};

use crate::Verdict;

/// `bytes` in GB (10^9 bytes), the unit of the requirement.
pub(crate) fn gigabytes(bytes: u64) -> String {
    format!("{:.2} GB", bytes as f64 / 1e9)
}

/// A duration as `0.73 s`, `12.4 s`, `61 min` or `3 d 4 h`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let hours = duration.as_secs() / 3600;
    match seconds {
        ..10.0 => format!("{seconds:.2} s"),
        ..120.0 => format!("{seconds:.1} s"),
        ..7200.0 => format!("{} min", duration.as_secs() / 60),
        ..172_800.0 => format!("{hours} h"),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// `measured` as passed when `held`, else as failed.
pub(crate) fn judged(held: bool, measured: String) -> Verdict {
    if held {
        Ok(measured)
    } else {
        Err(measured.into())
    }
}

/// A failure with its causes in one line, no part twice.
pub(crate) fn chain(failure: &(dyn Error + 'static)) -> String {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_they_matter() {
        let shown = |seconds: u64| duration(Duration::from_millis(seconds * 1000 + 250));
        assert_eq!(shown(0), "0.25 s");
        assert_eq!(shown(12), "12.2 s");
        assert_eq!(shown(3660), "61 min");
        assert_eq!(shown(3 * 86400 + 4 * 3600), "3 d 4 h");
    }

    #[test]
    fn memory_is_in_the_requirements_unit() {
        assert_eq!(gigabytes(1_234_000_000), "1.23 GB");
    }

    #[test]
    fn a_cause_that_is_in_the_message_already_is_not_repeated() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read a: gone")]
        struct Outer(#[source] std::io::Error);
        let gone = Outer(std::io::Error::other("gone"));
        assert_eq!(chain(&gone), "cannot read a: gone");
        let other = Outer(std::io::Error::other("broken"));
        assert_eq!(chain(&other), "cannot read a: gone: broken");
    }
}
