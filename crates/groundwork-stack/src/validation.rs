//! The result of a validation: what `validate --json` prints, and what it leaves in the cluster for the console.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One check's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Check {
    /// The requirement that it proves, `REQ-0.1`.
    pub requirement: String,
    /// What it proves, as a sentence.
    pub name: String,
    /// Whether it does.
    pub passed: bool,
    /// What was measured, or why nothing could be.
    pub measured: String,
    /// What must be measured for it to pass.
    pub bound: String,
    /// How long it took, in seconds; in the JUnit report only.
    #[serde(skip)]
    pub seconds: f64,
}

/// The results of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Outcome {
    /// In the order in which they were run.
    pub checks: Vec<Check>,
    /// How many passed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
}

/// The last result of each requirement, as a ConfigMap keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LastValidation {
    /// When the last run ended.
    pub finished: Timestamp,
    /// The results.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl LastValidation {
    /// The ConfigMap's namespace: the console's, which shows it.
    pub const NAMESPACE: &str = "console";
    /// The ConfigMap's name.
    pub const NAME: &str = "last-validation";
    /// The key with the result as JSON.
    pub const KEY: &str = "result.json";
}
