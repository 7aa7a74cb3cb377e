//! Figures as people read them. Pure.

use std::time::{Duration, Instant};

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

/// `what` with how long it took since `started`.
pub(crate) fn timed(what: &str, started: Instant) -> String {
    format!("{what} in {}", duration(started.elapsed()))
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
}
