//! A span of time, as the clients take it and as LogsQL writes it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// A span of time, with its begin and without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment in it.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

impl Window {
    /// From `from` until a minute from now, for what is being written.
    #[must_use]
    pub fn since(from: Timestamp) -> Self {
        Self {
            from,
            to: Timestamp::now() + SignedDuration::from_secs(60),
        }
    }

    /// Whether `moment` is in it.
    #[must_use]
    pub fn contains(&self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }
}

/// As LogsQL has it: `_time:[2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z)`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "_time:[{}, {})", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_its_begin_and_not_its_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let window = Window {
            from: at("2026-01-01T00:00:00Z"),
            to: at("2026-01-01T00:00:01Z"),
        };
        assert!(window.contains(at("2026-01-01T00:00:00Z")));
        assert!(window.contains(at("2026-01-01T00:00:00.999Z")));
        assert!(!window.contains(window.to));
        assert_eq!(
            window.to_string(),
            "_time:[2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z)"
        );
    }
}
