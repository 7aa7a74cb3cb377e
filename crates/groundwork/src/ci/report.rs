//! What came of a pipeline: as a table, and as files for other programs.

use std::{fs, path::Path, time::Duration};

use anyhow::Context;
use groundwork_contract::{CheckResult, Outcome};
use serde::Serialize;
use serde_json::{Value, json};

use super::run::Verdict;
use crate::table;

/// The files of a report.
const SUMMARY: &str = "summary.json";
const JUNIT: &str = "junit.xml";
const SARIF: &str = "results.sarif";

/// A step that was to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its stage.
    pub stage: String,
    /// Its own name.
    pub step: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How long that took.
    pub took: Duration,
}

/// All steps in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// One each.
    pub ran: Vec<Ran>,
}

/// A step as JSON has it.
#[derive(Serialize)]
struct Shown<'a> {
    stage: &'a str,
    step: &'a str,
    verdict: &'static str,
    seconds: f64,
}

/// The contract of `ci --json`.
#[derive(Serialize)]
pub struct Summary<'a> {
    passed: usize,
    failed: usize,
    not_run: usize,
    seconds: f64,
    steps: Vec<Shown<'a>>,
}

impl Verdict {
    /// It in a word or two.
    fn text(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Unchanged => "unchanged",
            Self::Failed(_) => "FAILED",
            Self::NotRun => "not run",
        }
    }
}

impl Report {
    /// The steps that failed, with their last words.
    pub fn failures(&self) -> impl Iterator<Item = (&Ran, &str)> {
        self.ran.iter().filter_map(|ran| match &ran.verdict {
            Verdict::Failed(words) => Some((ran, &**words)),
            _ => None,
        })
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.ran.iter().filter(|ran| is(&ran.verdict)).count()
    }

    fn took(&self) -> Duration {
        self.ran.iter().map(|ran| ran.took).sum()
    }

    /// The whole as JSON has it.
    pub fn summary(&self) -> Summary<'_> {
        let steps = self.ran.iter().map(|ran| Shown {
            stage: &ran.stage,
            step: &ran.step,
            verdict: ran.verdict.text(),
            seconds: ran.took.as_secs_f64(),
        });
        Summary {
            passed: self.count(|it| matches!(it, Verdict::Passed | Verdict::Unchanged)),
            failed: self.failures().count(),
            not_run: self.count(|it| *it == Verdict::NotRun),
            seconds: self.took().as_secs_f64(),
            steps: steps.collect(),
        }
    }

    /// The table, and the line that counts.
    pub fn lines(&self) -> Vec<String> {
        let titles = ["STAGE", "STEP", "RESULT", "SECONDS"];
        let mut lines = table::titled(titles, self.rows().into_iter());
        lines.push(self.counts());
        lines
    }

    /// The same as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = "| stage | step | result | seconds |\n|---|---|---|---|\n".to_owned();
        for row in self.rows() {
            text += &format!("| {} |\n", row.join(" | "));
        }
        text + &format!("\n{}\n", self.counts())
    }

    fn rows(&self) -> Vec<[String; 4]> {
        let rows = self.ran.iter().map(|ran| {
            let seconds = format!("{:.1}", ran.took.as_secs_f64());
            let result = ran.verdict.text().to_owned();
            [ran.stage.clone(), ran.step.clone(), result, seconds]
        });
        rows.collect()
    }

    fn counts(&self) -> String {
        let Summary {
            passed,
            failed,
            not_run,
            seconds,
            ..
        } = self.summary();
        let rest = match not_run {
            0 => String::new(),
            rest => format!(", {rest} not run"),
        };
        format!("{passed} passed, {failed} failed{rest} ({seconds:.0} s)")
    }

    /// Writes the summary, JUnit's form and SARIF's into `folder`.
    ///
    /// # Errors
    /// When one of them cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write(SUMMARY, serde_json::to_string_pretty(&self.summary())?)?;
        write(JUNIT, groundwork_validate::junit(&self.outcome())?)?;
        write(SARIF, serde_json::to_string_pretty(&self.sarif())?)
    }

    /// What has run, as checks: a stage is what they belong to.
    fn outcome(&self) -> Outcome {
        let ran = self.ran.iter().filter(|ran| ran.verdict != Verdict::NotRun);
        let checks = ran.map(|ran| CheckResult {
            requirement: ran.stage.clone(),
            name: ran.step.clone(),
            passed: !matches!(ran.verdict, Verdict::Failed(_)),
            measured: match &ran.verdict {
                Verdict::Failed(words) => words.clone(),
                verdict => verdict.text().into(),
            },
            bound: "passes".into(),
            seconds: ran.took.as_secs_f64(),
        });
        Outcome::of(checks.collect())
    }

    /// What failed, as [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html): a rule is a step.
    fn sarif(&self) -> Value {
        let rule = |ran: &Ran| format!("{}/{}", ran.stage, ran.step);
        // Where the pipeline is declared: viewers show no result that is nowhere.
        let place = json!({"physicalLocation": {"artifactLocation": {"uri": "flake.nix"}}});
        let results = self.failures().map(|(ran, words)| {
            json!({
                "ruleId": rule(ran),
                "level": "error",
                "message": {"text": words},
                "locations": [place],
            })
        });
        let rules = self.failures().map(|(ran, _)| json!({"id": rule(ran)}));
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {"name": "groundwork ci", "rules": rules.collect::<Vec<_>>()}},
                "results": results.collect::<Vec<_>>(),
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let ran = |stage: &str, step: &str, verdict, seconds| Ran {
            stage: stage.into(),
            step: step.into(),
            verdict,
            took: Duration::from_millis(seconds),
        };
        Report {
            ran: vec![
                ran("lint", "rust-fmt", Verdict::Unchanged, 0),
                ran(
                    "lint",
                    "nix-fmt",
                    Verdict::Failed("flake.nix\nis not formatted".into()),
                    1500,
                ),
                ran("unit-tests", "all", Verdict::NotRun, 0),
            ],
        }
    }

    #[test]
    fn the_table_ends_with_what_counts() {
        assert_eq!(
            report().lines(),
            [
                "STAGE       STEP      RESULT     SECONDS",
                "lint        rust-fmt  unchanged  0.0",
                "lint        nix-fmt   FAILED     1.5",
                "unit-tests  all       not run    0.0",
                "1 passed, 1 failed, 1 not run (2 s)",
            ]
        );
        assert!(
            report()
                .markdown()
                .contains("| lint | nix-fmt | FAILED | 1.5 |\n")
        );
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        assert_eq!(
            serde_json::to_value(report().summary()).unwrap(),
            json!({
                "passed": 1, "failed": 1, "not_run": 1, "seconds": 1.5,
                "steps": [
                    {"stage": "lint", "step": "rust-fmt", "verdict": "unchanged", "seconds": 0.0},
                    {"stage": "lint", "step": "nix-fmt", "verdict": "FAILED", "seconds": 1.5},
                    {"stage": "unit-tests", "step": "all", "verdict": "not run", "seconds": 0.0},
                ],
            })
        );
    }

    #[test]
    fn other_programs_find_what_failed() {
        let folder = tempfile::tempdir().unwrap();
        report().write(folder.path()).unwrap();
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        let junit = read(JUNIT);
        assert!(junit.contains(r#"tests="2" failures="1""#), "{junit}");
        let sarif: Value = serde_json::from_str(&read(SARIF)).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "lint/nix-fmt");
        assert_eq!(result["message"]["text"], "flake.nix\nis not formatted");
        assert!(read(SUMMARY).contains("\"failed\": 1"));
    }
}
