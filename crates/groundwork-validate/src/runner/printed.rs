//! Results as a person reads them.

use groundwork_contract::{CheckResult, Outcome};

/// `ok    REQ-0.1  the API answers: 3 ms (wanted: at most 1 s; took 0.1 s)`.
#[must_use]
pub fn line(check: &CheckResult) -> String {
    let verdict = if check.passed { "ok  " } else { "FAIL" };
    format!(
        "{verdict}  {}  {}: {} (wanted: {}; took {:.1} s)",
        check.requirement, check.name, check.measured, check.bound, check.seconds
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
                "ok    REQ-0.1  n: m (wanted: b; took 1.0 s)",
                "FAIL  REQ-0.1  n: m (wanted: b; took 1.0 s)"
            ]
        );
        assert_eq!(summary(&outcome), "1 passed, 1 failed");
    }
}
