//! Runs a pipeline, stage by stage.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use anyhow::Context;
use futures::FutureExt;
use groundwork_contract::{Phase, Progress};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    pipeline::{Flake, Pipeline, Stage, Step},
    receipts::Receipts,
    report::{Ran, Report},
};
use crate::failure::Failure;

/// What of a pipeline is asked for.
pub struct Asked<'a> {
    /// The flake's folder.
    pub folder: &'a Path,
    /// These stages alone; all where none is named.
    pub stages: &'a [String],
    /// What takes too long for each push as well.
    pub nightly: bool,
    /// Where images go.
    pub registry: Option<&'a str>,
    /// A commit that has passed.
    pub since: Option<&'a str>,
    /// Where what steps say is written, a file each.
    pub logs: &'a Path,
    /// Where receipts are.
    pub receipts: PathBuf,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it should.
    Passed,
    /// It has passed before, and nothing has changed on which that depends.
    Unchanged,
    /// It failed, and this is the end of what it said.
    Failed(String),
    /// A stage before has failed.
    NotRun,
}

/// Ctrl-C reaches a step and this program at once, and the step's end may be known first.
const AT_ONCE: Duration = Duration::from_millis(200);
/// A step's last words are as many lines.
const LAST_LINES: usize = 40;

/// Runs what is `asked`, and tells each step to `report`.
///
/// # Errors
/// When the flake has no such pipeline, a step cannot be started, or on Ctrl-C; a step that fails is no error.
pub async fn run(asked: &Asked<'_>, report: &impl Fn(Progress)) -> anyhow::Result<Report> {
    let flake = Flake::in_folder(asked.folder)?;
    report(Progress::new("pipeline", Phase::Starting, "is evaluated"));
    let pipeline = flake.pipeline()?;
    known(asked.stages, &pipeline)?;
    let before = match asked.since {
        Some(revision) => inputs(&flake.pipeline_at(revision)?),
        None => BTreeMap::new(),
    };
    report(Progress::new("pipeline", Phase::Ready, ""));
    let receipts = Receipts::in_folder(&asked.receipts);
    let mut all = Report::default();
    let mut failed = false;
    // NB: one for all steps: from the first on, Ctrl-C does nothing else than to be told here.
    let mut interrupts = signal(SignalKind::interrupt())?;
    for stage in wanted(pipeline, asked) {
        let mut stage_failed = false;
        for step in &stage.steps {
            let started = Instant::now();
            let title = format!("{}: {}", stage.name, step.name);
            let unchanged = step.inputs.as_ref().is_some_and(|inputs| {
                before.get(&(stage.name.clone(), step.name.clone())) == Some(inputs)
                    || receipts.has(inputs)
            });
            let verdict = if failed {
                Verdict::NotRun
            } else if unchanged && !step.push {
                report(Progress::new(&title, Phase::Ready, "unchanged"));
                Verdict::Unchanged
            } else {
                if interrupts.recv().now_or_never().is_some() {
                    return Err(interrupted());
                }
                report(Progress::new(&title, Phase::Starting, ""));
                let log = asked.logs.join(log_name(&stage.name, &step.name));
                // A report of before may be there, whose words are not this run's.
                fs::write(&log, "").with_context(|| format!("cannot write {}", log.display()))?;
                let child = flake.command(step, asked.registry)?.spawn_detached(&log)?;
                let verdict = ended(child, &log, &mut interrupts).await?;
                let phase = match verdict {
                    Verdict::Failed(_) => Phase::Failed,
                    _ => Phase::Ready,
                };
                report(Progress::new(&title, phase, ""));
                verdict
            };
            if verdict == Verdict::Passed && step.output.is_none() {
                step.inputs.iter().try_for_each(|it| receipts.add(it))?;
            }
            stage_failed |= matches!(verdict, Verdict::Failed(_));
            all.ran.push(Ran {
                stage: stage.name.clone(),
                step: step.name.clone(),
                verdict,
                took: started.elapsed(),
            });
        }
        failed |= stage_failed;
    }
    Ok(all)
}

/// The file of a step's words: no name leads out of the folder.
fn log_name(stage: &str, step: &str) -> String {
    let plain = |c: char| match c {
        '.' => c,
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    };
    format!("{stage}-{step}.log").chars().map(plain).collect()
}

fn inputs(pipeline: &Pipeline) -> BTreeMap<(String, String), String> {
    let stages = pipeline.stages.iter();
    stages
        .flat_map(|stage| stage.steps.iter().map(|step| (&stage.name, step)))
        .filter_map(|(stage, step)| {
            let key = (stage.clone(), step.name.clone());
            Some((key, step.inputs.clone()?))
        })
        .collect()
}

/// Refuses a stage that is not there: nothing would be run and nothing fail.
fn known(asked: &[String], pipeline: &Pipeline) -> Result<(), Failure> {
    let names: Vec<_> = pipeline.stages.iter().map(|stage| &*stage.name).collect();
    match asked.iter().find(|name| !names.contains(&&***name)) {
        None => Ok(()),
        Some(name) => Err(Failure::wrong_use(format!("there is no stage '{name}'"))
            .hint(format!("there are {}", names.join(", ")))),
    }
}

/// The stages that are asked for, with the steps that are; one that pushes needs somewhere to push to.
fn wanted(pipeline: Pipeline, asked: &Asked<'_>) -> Vec<Stage> {
    let named = |stage: &Stage| asked.stages.is_empty() || asked.stages.contains(&stage.name);
    let mut stages: Vec<_> = pipeline.stages.into_iter().filter(named).collect();
    for stage in &mut stages {
        let runs = |step: &Step| {
            (asked.nightly || !step.nightly) && (asked.registry.is_some() || !step.push)
        };
        stage.steps.retain(runs);
    }
    stages.retain(|stage| !stage.steps.is_empty());
    stages
}

/// Waits for a step. Ctrl-C reaches it as well, and what it has begun is ended by itself.
async fn ended(mut child: Child, log: &Path, interrupts: &mut Signal) -> anyhow::Result<Verdict> {
    let status = spawn_blocking(move || child.wait()).await;
    let status = status.context("nobody waits for the step")??;
    if status.success() {
        return Ok(Verdict::Passed);
    }
    match timeout(AT_ONCE, interrupts.recv()).await {
        Ok(_) => Err(interrupted()),
        Err(_) => Ok(Verdict::Failed(last_words(log, status.to_string()))),
    }
}

fn interrupted() -> anyhow::Error {
    Failure::stack("interrupted").into()
}

fn last_words(log: &Path, status: String) -> String {
    let said = fs::read(log).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    match last {
        [] => status,
        last => last.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline() -> Pipeline {
        let text = r#"{"stages": [
            {"name": "lint", "steps": [
                {"name": "fmt", "output": "a", "inputs": "1"},
                {"name": "slow", "output": "b", "nightly": true}]},
            {"name": "push", "steps": [{"name": "images", "command": ["x"], "push": true}]}
        ]}"#;
        serde_json::from_str(text).unwrap()
    }

    fn asked(stages: &[String]) -> Asked<'_> {
        Asked {
            folder: Path::new("."),
            stages,
            nightly: false,
            registry: None,
            since: None,
            logs: Path::new("."),
            receipts: PathBuf::new(),
        }
    }

    fn names(stages: &[Stage]) -> Vec<&str> {
        let steps = stages.iter().flat_map(|stage| &stage.steps);
        steps.map(|step| &*step.name).collect()
    }

    #[test]
    fn what_runs_is_what_is_asked_for() {
        let mut all = asked(&[]);
        assert_eq!(names(&wanted(pipeline(), &all)), ["fmt"]);
        all.nightly = true;
        all.registry = Some("r.test");
        assert_eq!(names(&wanted(pipeline(), &all)), ["fmt", "slow", "images"]);
        let push = ["push".to_owned()];
        all.stages = &push;
        assert_eq!(names(&wanted(pipeline(), &all)), ["images"]);
    }

    #[test]
    fn an_unknown_stage_is_refused_with_those_that_there_are() {
        known(&["lint".into()], &pipeline()).unwrap();
        let error = known(&["lnit".into()], &pipeline()).unwrap_err();
        assert_eq!(error.remedy(), Some("there are lint, push"));
    }

    #[test]
    fn inputs_are_known_by_stage_and_step() {
        let found = inputs(&pipeline());
        assert_eq!(found.len(), 1);
        assert_eq!(found[&("lint".into(), "fmt".into())], "1");
    }

    #[test]
    fn a_log_is_a_file_of_the_folder() {
        assert_eq!(log_name("lint", "no ../secret"), "lint-no-..-secret.log");
    }
}
