//! `STATE/last-up.json`: how the last start of the node went. `up` writes it, `validate` takes its start-up figure from it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The file's name in the state directory.
pub const LAST_UP: &str = "last-up.json";

/// How the last start of the node went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastUp {
    /// When `up` began.
    pub started: Timestamp,
    /// From then until everything was ready, in seconds.
    pub ready_seconds: f64,
    /// What there was before.
    pub from: From,
}

/// What there was when `up` began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// No state directory.
    Nothing,
    /// A node that had been stopped.
    Stopped,
    /// A running node.
    Running,
}

/// As it is written.
impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Stopped => "stopped",
            Self::Running => "running",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_form_on_disk_stays() {
        let last = LastUp {
            started: Timestamp::UNIX_EPOCH,
            ready_seconds: 11.5,
            from: From::Nothing,
        };
        let text = r#"{"started":"1970-01-01T00:00:00Z","ready_seconds":11.5,"from":"nothing"}"#;
        assert_eq!(serde_json::to_string(&last).unwrap(), text);
        assert_eq!(serde_json::from_str::<LastUp>(text).unwrap(), last);
    }
}
