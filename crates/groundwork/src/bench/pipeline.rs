//! `bench pipeline`: how soon the change of one line has its verdict.
//!
//! It commits on a clone of this checkout what a person would, and calls the pipeline as they do. Nix builds what the change
//! needs: a run with nothing new comes first, so that all else is built.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_contract::{Phase, Progress, Report};
use groundwork_process::exec::Command;
use jiff::Timestamp;
use serde::Deserialize;

use super::figure::{Figure, Outcome, machine, median};
use crate::{failure::Failure, progress::Display, service::build};

/// What is changed: its name in figures, its file, and how a comment begins there.
const CHANGES: [(&str, &str, &str); 4] = [
    ("service", "services/hello/program/src/main.rs", "//"),
    ("launcher", "crates/groundwork/src/main.rs", "//"),
    ("object", "services/hello/k8s/hello/deployment.yaml", "#"),
    ("page", "services/console/page/src/main.tsx", "//"),
];
/// Each of them so often, of which the median counts.
const ROUNDS: usize = 5;

/// What is used of the answer of `ci --json`.
#[derive(Deserialize)]
struct Summary {
    failed: usize,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    stage: String,
    step: String,
    verdict: String,
    seconds: f64,
}

/// Measures the pipeline of the checkout in `folder`.
///
/// # Errors
/// When it is no checkout of Groundwork, when a run fails, or on Ctrl-C.
pub fn pipeline(folder: &Path) -> anyhow::Result<Outcome> {
    let (root, _) = build::flake(folder);
    if let Some((_, file, _)) = CHANGES
        .iter()
        .find(|(_, file, _)| !root.join(file).is_file())
    {
        return Err(
            Failure::wrong_use(format!("there is no {file} in {}", root.display()))
                .hint("run it in a checkout of Groundwork")
                .into(),
        );
    }
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let display = Display::start();
    let bench = Bench {
        nix: build::nix()?,
        clone: scratch.path().join("project"),
        run: Timestamp::now().as_second(),
    };
    let clone = Command::new("git").args(["clone", "--quiet", "--no-local"]);
    clone.arg(&root).arg(&bench.clone).run()?;
    Ok(Outcome {
        bench: "pipeline",
        machine: machine(),
        figures: bench.measure(&display.report())?,
    })
}

struct Bench {
    nix: PathBuf,
    clone: PathBuf,
    /// A part of each line: Nix has built those of another run.
    run: i64,
}

impl Bench {
    fn measure(&self, report: &Report<'_>) -> anyhow::Result<Vec<Figure>> {
        let verdict = |title: &str| {
            report(Progress::new(title, Phase::Starting, ""));
            let verdict = self.verdict();
            let (phase, words) = match &verdict {
                Ok((took, _)) => (Phase::Ready, format!("{:.0} s", took.as_secs_f64())),
                Err(_) => (Phase::Failed, String::new()),
            };
            report(Progress::new(title, phase, words));
            verdict.with_context(|| format!("{title} failed"))
        };
        verdict("nothing changed, for the first time")?;
        let (nothing, _) = verdict("nothing changed")?;
        let mut figures = vec![Figure::new("nothing_verdict", nothing.as_secs_f64(), "s")];
        for (name, file, comment) in CHANGES {
            let mut took = Vec::new();
            let mut stages = BTreeMap::<String, Vec<Duration>>::new();
            for round in 1..=ROUNDS {
                self.change(file, &format!("{comment} {} {round}", self.run))?;
                let (time, summary) = verdict(&format!("{name}, {round} of {ROUNDS}"))?;
                took.push(time);
                for (stage, time) in summary.stages() {
                    stages.entry(stage).or_default().push(time);
                }
            }
            figures.push(Figure::new(format!("{name}_verdict"), median(&took), "s"));
            figures.extend(stages.iter().map(|(stage, took)| {
                let name = format!("{name}_{}", stage.replace('-', "_"));
                Figure::new(name, median(took), "s")
            }));
        }
        Ok(figures)
    }

    /// Commits one more line at the end of `file`.
    fn change(&self, file: &str, line: &str) -> anyhow::Result<()> {
        let mut opened = OpenOptions::new()
            .append(true)
            .open(self.clone.join(file))?;
        writeln!(opened, "{line}")?;
        let author = [
            "-c",
            "user.name=groundwork",
            "-c",
            "user.email=bench@localhost",
        ];
        let commit = [
            "commit",
            "--quiet",
            "--no-verify",
            "--all",
            "--message",
            line,
        ];
        let git = Command::new("git").args(author).args(commit);
        Ok(git.in_folder(&self.clone).run()?)
    }

    /// From the command to its verdict.
    fn verdict(&self) -> anyhow::Result<(Duration, Summary)> {
        let pipeline = Command::new(&self.nix).args(["run", ".#ci", "--", "--json"]);
        let started = Instant::now();
        let output = pipeline.in_folder(&self.clone).output()?;
        let took = started.elapsed();
        let said = String::from_utf8_lossy(&output.stderr);
        let summary: Summary = serde_json::from_slice(&output.stdout).map_err(|_| {
            Failure::stack(format!("the pipeline did not run: {}", said.trim_end()))
        })?;
        match summary.failed {
            0 => Ok((took, summary)),
            _ => Err(Failure::stack(summary.red())
                .hint("nix run .#ci, here")
                .into()),
        }
    }
}

impl Summary {
    /// How long each stage took.
    fn stages(&self) -> BTreeMap<String, Duration> {
        let mut stages = BTreeMap::<_, Duration>::new();
        for step in &self.steps {
            *stages.entry(step.stage.clone()).or_default() += Duration::from_secs_f64(step.seconds);
        }
        stages
    }

    /// The steps that failed.
    fn red(&self) -> String {
        let red = self.steps.iter().filter(|it| it.verdict == "FAILED");
        let red: Vec<_> = red
            .map(|it| format!("{} / {}", it.stage, it.step))
            .collect();
        format!("the pipeline is red: {}", red.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_the_sums_of_their_steps_and_what_failed_is_named() {
        let text = r#"{"passed": 1, "failed": 1, "not_run": 0, "seconds": 4.0, "steps": [
            {"stage": "lint", "step": "a", "verdict": "passed", "seconds": 1.0},
            {"stage": "lint", "step": "b", "verdict": "FAILED", "seconds": 3.0}]}"#;
        let summary: Summary = serde_json::from_str(text).unwrap();
        assert_eq!(
            summary.stages(),
            BTreeMap::from([("lint".into(), Duration::from_secs(4))])
        );
        assert_eq!(summary.red(), "the pipeline is red: lint / b");
    }

    #[test]
    fn what_is_no_checkout_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = pipeline(folder.path()).unwrap_err();
        assert!(
            error.to_string().contains("there is no services/hello"),
            "{error}"
        );
    }
}
