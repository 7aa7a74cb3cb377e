//! Clients for what the stack tells about itself: metrics (Prometheus), logs (VictoriaLogs), traces
//! (Jaeger), alerts (Alertmanager) and all of it through the console, and pods that write lines and spans which can be counted.
//!
//! The checks and the benchmark share them. Owned here: requests, and answers as types. Not owned:
//! what is asked, and what an answer should have been.

pub mod alerts;
pub mod console;
pub mod corpus;
mod http;
pub mod logs;
pub mod metrics;
pub mod numbers;
pub mod traces;
pub mod writers;

pub use http::answers;

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// Why an answer did not come, or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing answers there.
    #[error("{url} does not answer")]
    Silent {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server did not take the request.
    #[error("{url} answers {status}: {text}")]
    Refused {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        text: String,
    },
    /// The answer is of another form than the server documents.
    #[error("the answer of {url} cannot be read")]
    Unreadable {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The answer has another shape than was asked for.
    #[error("{url} gives {found} where {wanted} was asked for")]
    Unexpected {
        /// What was asked.
        url: String,
        /// What came.
        found: String,
        /// What should have come.
        wanted: &'static str,
    },
    /// The cluster did not do its part.
    #[error("{0}")]
    Cluster(String),
}

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
