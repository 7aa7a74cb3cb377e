//! The outcome as JUnit XML, which CI systems show. Pure.

use std::fmt::Write as _;

use groundwork_stack::{CheckResult, Outcome};

/// `outcome` as a JUnit report: a suite for each requirement, a case for each check.
#[must_use]
pub fn junit(outcome: &Outcome) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = counts(&outcome.checks);
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "<testsuites name=\"groundwork\" {total}>");
    let mut requirements: Vec<_> = outcome.checks.iter().map(|it| &*it.requirement).collect();
    requirements.sort_unstable();
    requirements.dedup();
    for requirement in requirements {
        let checks = outcome.checks.iter();
        let checks: Vec<_> = checks
            .filter(|it| it.requirement == requirement)
            .cloned()
            .collect();
        let name = escaped(requirement);
        let _ = writeln!(xml, "  <testsuite name=\"{name}\" {}>", counts(&checks));
        for check in &checks {
            case(&mut xml, check);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counts(checks: &[CheckResult]) -> String {
    let failures = checks.iter().filter(|check| !check.passed).count();
    let seconds: f64 = checks.iter().map(|check| check.seconds).sum();
    let tests = checks.len();
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{seconds:.3}\"")
}

fn case(xml: &mut String, check: &CheckResult) {
    let (class, name) = (escaped(&check.requirement), escaped(&check.name));
    let (measured, bound) = (escaped(&check.measured), escaped(&check.bound));
    let body = if check.passed {
        format!("<system-out>{measured} (bound: {bound})</system-out>")
    } else {
        format!("<failure message=\"{measured}\">measured: {measured}\nbound: {bound}</failure>")
    };
    let time = check.seconds;
    let _ = writeln!(
        xml,
        "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time:.3}\">{body}</testcase>"
    );
}

/// `text` as XML takes it in an attribute and between tags; what XML cannot hold becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // A line break in an attribute would be read back as a space.
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push('\t'),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            character if character.is_control() => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
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
            check("REQ-0.1", false, "<\"5\" & more>\u{1b}"),
            check("REQ-0.2", true, "2"),
        ];
        let report = junit(&Outcome::of(checks));
        assert_eq!(
            report,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="groundwork" tests="3" failures="1" errors="0" time="1.500">
  <testsuite name="REQ-0.1" tests="1" failures="1" errors="0" time="0.500">
    <testcase classname="REQ-0.1" name="memory" time="0.500"><failure message="&lt;&quot;5&quot; &amp; more&gt;�">measured: &lt;&quot;5&quot; &amp; more&gt;�
bound: &lt; 4 GB</failure></testcase>
  </testsuite>
  <testsuite name="REQ-0.2" tests="2" failures="0" errors="0" time="1.000">
    <testcase classname="REQ-0.2" name="memory" time="0.500"><system-out>1 (bound: &lt; 4 GB)</system-out></testcase>
    <testcase classname="REQ-0.2" name="memory" time="0.500"><system-out>2 (bound: &lt; 4 GB)</system-out></testcase>
  </testsuite>
</testsuites>
"#
        );
    }
}
