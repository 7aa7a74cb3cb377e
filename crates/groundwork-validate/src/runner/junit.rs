//! The outcome as JUnit XML, which CI systems show. Pure.

use std::{collections::BTreeMap, time::Duration};

use groundwork_contract::{CheckResult, Outcome};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

/// `outcome` as a JUnit report: a suite for each requirement, a case for each check.
///
/// # Errors
/// When the report cannot be written as XML.
pub fn junit(outcome: &Outcome) -> Result<String, SerializeError> {
    let mut suites = BTreeMap::new();
    for check in &outcome.checks {
        let requirement = &*check.requirement;
        let suite = suites
            .entry(requirement)
            .or_insert_with(|| TestSuite::new(requirement));
        suite.add_test_case(case(check));
    }
    let mut report = Report::new("groundwork");
    for mut suite in suites.into_values() {
        let spent: Duration = suite.test_cases.iter().filter_map(|case| case.time).sum();
        suite.set_time(spent);
        report.add_test_suite(suite);
    }
    let spent: Duration = report
        .test_suites
        .iter()
        .filter_map(|suite| suite.time)
        .sum();
    report.set_time(spent);
    report.to_string()
}

fn case(check: &CheckResult) -> TestCase {
    let CheckResult {
        measured, bound, ..
    } = check;
    let mut status = TestCaseStatus::success();
    if !check.passed {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status
            .set_message(measured)
            .set_description(format!("measured: {measured}\nbound: {bound}"));
    }
    let mut case = TestCase::new(&*check.name, status);
    case.set_classname(&*check.requirement)
        .set_time(Duration::from_secs_f64(check.seconds));
    if check.passed {
        case.set_system_out(format!("{measured} (bound: {bound})"));
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(requirement: &str, passed: bool, measured: &str) -> CheckResult {
        CheckResult {
            requirement: requirement.into(),
            name: "memory".into(),
            passed,
            measured: measured.into(),
            bound: "< 4 GB".into(),
            seconds: 0.5,
        }
    }

    #[test]
    fn each_requirement_is_a_suite_with_its_own_counts() {
        let checks = vec![
            check("REQ-0.2", true, "1"),
            check("REQ-0.1", false, "<\"5\" & \u{1b}[31mmore\u{1b}[0m>\u{1}"),
            check("REQ-0.2", true, "2"),
        ];
        let report = junit(&Outcome::of(checks)).unwrap();
        assert_eq!(
            report,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="groundwork" tests="3" failures="1" errors="0" time="1.500">
    <testsuite name="REQ-0.1" tests="1" disabled="0" errors="0" failures="1" time="0.500">
        <testcase name="memory" classname="REQ-0.1" time="0.500">
            <failure message="&lt;&quot;5&quot; &amp; more&gt;">measured: &lt;&quot;5&quot; &amp; more&gt;
bound: &lt; 4 GB</failure>
        </testcase>
    </testsuite>
    <testsuite name="REQ-0.2" tests="2" disabled="0" errors="0" failures="0" time="1.000">
        <testcase name="memory" classname="REQ-0.2" time="0.500">
            <system-out>1 (bound: &lt; 4 GB)</system-out>
        </testcase>
        <testcase name="memory" classname="REQ-0.2" time="0.500">
            <system-out>2 (bound: &lt; 4 GB)</system-out>
        </testcase>
    </testsuite>
</testsuites>
"#
        );
    }
}
