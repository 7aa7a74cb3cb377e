//! The result of a validation: what `validate --json` prints, and what it leaves in the cluster for the console.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One check's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Check"))]
pub struct CheckResult {
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
    pub checks: Vec<CheckResult>,
    /// How many passed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
}

impl Outcome {
    /// Counts `checks`.
    #[must_use]
    pub fn of(checks: Vec<CheckResult>) -> Self {
        let passed = checks.iter().filter(|check| check.passed).count();
        Self {
            passed,
            failed: checks.len() - passed,
            checks,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_fields_of_the_contract_and_no_others() {
        let check = |passed| CheckResult {
            requirement: "REQ-0.1".into(),
            name: "n".into(),
            passed,
            measured: "m".into(),
            bound: "b".into(),
            seconds: 1.0,
        };
        assert_eq!(
            serde_json::to_value(Outcome::of(vec![check(true), check(false)])).unwrap(),
            serde_json::json!({"passed": 1, "failed": 1, "checks": [
                {"requirement": "REQ-0.1", "name": "n", "passed": true, "measured": "m", "bound": "b"},
                {"requirement": "REQ-0.1", "name": "n", "passed": false, "measured": "m", "bound": "b"}]})
        );
    }
}
