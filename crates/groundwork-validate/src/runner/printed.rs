//! Results as a person reads them.

use groundwork_contract::{CheckResult, Outcome};

/// `ok    REQ-0.1  the API answers: 3 ms (wanted: at most 1 s)`.
#[must_use]
pub fn line(check: &CheckResult) -> String {
    let verdict = if check.passed { "ok  " } else { "FAIL" };
    format!(
        "{verdict}  {}  {}: {} (wanted: {})",
        check.requirement, check.name, check.measured, check.bound
    )
}

/// `51 passed, 0 failed`.
#[must_use]
pub fn summary(outcome: &Outcome) -> String {
    format!("{} passed, {} failed", outcome.passed, outcome.failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_each_check_and_the_counts_on_a_line() {
        let check = |passed| CheckResult {
            requirement: "REQ-0.1".into(),
            name: "n".into(),
            passed,
            measured: "m".into(),
            bound: "b".into(),
            seconds: 1.0,
        };
        let outcome = Outcome::of(vec![check(true), check(false)]);
        let lines: Vec<_> = outcome.checks.iter().map(line).collect();
        assert_eq!(
            lines,
            [
                "ok    REQ-0.1  n: m (wanted: b)",
                "FAIL  REQ-0.1  n: m (wanted: b)"
            ]
        );
        assert_eq!(summary(&outcome), "1 passed, 1 failed");
    }
}
