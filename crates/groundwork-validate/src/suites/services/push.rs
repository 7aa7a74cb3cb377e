//! A push of a service's repository, and what a server does on it: Git's own hook runs the pipeline on a clone.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use groundwork_process::exec::Command;
use serde::Deserialize;

use super::own::Own;
use crate::runner::{CheckFailure, Context, blocking};

/// The pipeline's name for a step that has been run.
#[derive(Deserialize)]
struct Step {
    stage: String,
    verdict: String,
}

/// The answer of `ci --json`.
#[derive(Deserialize)]
pub(super) struct Summary {
    pub passed: usize,
    pub failed: usize,
    steps: Vec<Step>,
}

/// What came of a push.
pub(super) struct Pushed {
    /// The commit, as images are tagged with it.
    pub tag: String,
    pub summary: Summary,
    /// From the push to the verdict.
    pub took: Duration,
}

impl Summary {
    /// What became of a stage: each different verdict of its steps.
    pub(super) fn of(&self, stage: &str) -> Vec<&str> {
        let steps = self.steps.iter().filter(|step| step.stage == stage);
        let mut verdicts: Vec<_> = steps.map(|step| &*step.verdict).collect();
        verdicts.sort_unstable();
        verdicts.dedup();
        verdicts
    }
}

/// Commits what is in the service's folder and pushes it to a new server, whose pipeline signs with the `key`.
pub(super) async fn push(
    context: &Context,
    own: &Own,
    more: &[&str],
    key: &str,
) -> Result<Pushed, CheckFailure> {
    let (server, runner) = (own.beside("server.git")?, own.beside("runner")?);
    let (verdict, said) = (own.beside("verdict")?, own.beside("said")?);
    let init = Command::new("git").args(["init", "--quiet", "--bare", &server]);
    blocking(move || init.run()).await?;
    let pipeline = context.launcher(&[&["ci", &runner, "--json"], more].concat());
    let hook = format!(
        "#!/bin/sh\nset -e\nread -r _ commit _\nunset $(git rev-parse --local-env-vars)\n\
         git clone --quiet --no-checkout '{server}' '{runner}'\n\
         git -C '{runner}' checkout --quiet \"$commit\"\n\
         {} >'{verdict}' 2>'{said}'\n",
        pipeline.line()
    );
    let file = format!("{server}/hooks/post-receive");
    fs::write(&file, hook)?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;

    let tag = committed(own).await?;
    let git = Command::new("git").in_folder(&own.folder);
    let push = git
        .args(["push", "--quiet", &server, "HEAD:refs/heads/main"])
        .env("GROUNDWORK_SIGNING_KEY", key);
    let started = Instant::now();
    blocking(move || push.run()).await?;
    let took = started.elapsed();
    let summary = serde_json::from_str(&fs::read_to_string(verdict)?).map_err(|_| {
        let said = fs::read_to_string(said).unwrap_or_default();
        CheckFailure::from(format!("the pipeline did not run: {said}"))
    })?;
    Ok(Pushed { tag, summary, took })
}

/// Commits what is in the service's folder, and returns the commit as images are tagged with it.
async fn committed(own: &Own) -> Result<String, CheckFailure> {
    let git = Command::new("git").in_folder(&own.folder);
    // Whoever has built it has this file; without it what is built is no commit's.
    let lock = Command::new("nix")
        .args(["flake", "lock"])
        .in_folder(&own.folder);
    let add = git.clone().args(["add", "."]);
    let author = [
        "-c",
        "user.name=groundwork",
        "-c",
        "user.email=check@localhost",
    ];
    let commit = git.clone().args(author);
    let commit = commit.args([
        "commit",
        "--quiet",
        "--no-verify",
        "--message",
        "It is made",
    ]);
    let tell = git.args(["rev-parse", "--short=12", "HEAD"]);
    blocking(move || {
        lock.run()?;
        add.run()?;
        commit.run()?;
        tell.read()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_what_its_steps_are() {
        let text = r#"{"passed": 2, "failed": 1, "not_run": 0, "seconds": 1.0, "steps": [
            {"stage": "lint", "step": "a", "verdict": "passed", "seconds": 1.0},
            {"stage": "lint", "step": "b", "verdict": "passed", "seconds": 0.0},
            {"stage": "unit-tests", "step": "c", "verdict": "FAILED", "seconds": 0.0}]}"#;
        let summary: Summary = serde_json::from_str(text).unwrap();
        assert_eq!(summary.of("lint"), ["passed"]);
        assert_eq!(summary.of("unit-tests"), ["FAILED"]);
        assert!(summary.of("push").is_empty());
    }
}
