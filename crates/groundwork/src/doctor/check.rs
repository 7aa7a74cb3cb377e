//! One fact about the machine, judged.

use serde::Serialize;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing to do.
    Ok,
    /// `up` works, with the restriction that the check tells.
    Warn,
    /// `up` cannot work.
    Fail,
}

/// One fact about the machine, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// The verdict.
    pub status: Status,
    /// What was found.
    pub found: String,
    /// What to do about it; empty when there is nothing to do.
    pub fix: String,
}

impl Check {
    pub(super) fn ok(name: &str, found: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, found, "")
    }

    pub(super) fn warn(name: &str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(name, Status::Warn, found, fix)
    }

    pub(super) fn fail(name: &str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(name, Status::Fail, found, fix)
    }

    pub(super) fn new(
        name: &str,
        status: Status,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            status,
            found: found.into(),
            fix: fix.into(),
        }
    }
}
