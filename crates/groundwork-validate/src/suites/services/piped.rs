//! A change goes through its repository's pipeline, into the registry, and is deployed by one command.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use groundwork_contract::role;
use groundwork_process::exec::Command;
use serde::Deserialize;

use super::own::{AXUM, BUILT, FASTAPI, Own};
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, blocking, judged},
    shared::{ingress, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.5",
        name: "a change passes stage by stage, and its image is in the registry",
        bound: "lint, tests, image, push; < 5 min; the digest that Nix built",
        speed: Speed::Also,
        deadline: BUILT,
        run: |context| Box::pin(green(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.5",
        name: "a change that fails a test is red there",
        bound: "its lint passes, its tests fail, no image is built of it",
        deadline: BUILT,
        run: |context| Box::pin(red(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.5",
        name: "one command deploys it, and its health is checked",
        bound: "< 2 min; /health and /ready are 200",
        speed: Speed::Also,
        deadline: BUILT,
        run: |context| Box::pin(deployed(context)),
        ..Check::GENTLE
    },
];

/// From a push to a verdict (REQ-0.5, Success Metrics).
const PIPELINE: Duration = Duration::from_secs(5 * 60);
/// From the command to healthy (REQ-0.5, Success Metrics).
const DEPLOYMENT: Duration = Duration::from_secs(2 * 60);
/// What a client of a registry takes.
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The answer of `ci --json`.
#[derive(Deserialize)]
struct Summary {
    passed: usize,
    failed: usize,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    stage: String,
    verdict: String,
}

impl Summary {
    /// What became of a stage: each different verdict of its steps.
    fn of(&self, stage: &str) -> Vec<&str> {
        let steps = self.steps.iter().filter(|step| step.stage == stage);
        let mut verdicts: Vec<_> = steps.map(|step| &*step.verdict).collect();
        verdicts.sort_unstable();
        verdicts.dedup();
        verdicts
    }
}

/// Runs the pipeline of the service's repository.
async fn piped(context: &Context, own: &Own, more: &[&str]) -> Result<Summary, CheckFailure> {
    let folder = own.folder.to_str().ok_or("its folder's name is no text")?;
    let ci = context.launcher(&[&["ci", folder, "--json"], more].concat());
    let output = blocking(move || ci.output()).await?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("the pipeline did not run: {said}").into()
    })
}

/// Commits what is in the service's folder, and returns the commit as images are tagged with it.
async fn committed(folder: &Path) -> Result<String, CheckFailure> {
    let git = Command::new("git").arg("-C").arg(folder);
    let author = [
        "-c",
        "user.name=groundwork",
        "-c",
        "user.email=check@localhost",
    ];
    let commit =
        git.clone()
            .args(author)
            .args(["commit", "--quiet", "--all", "--message", "It is made"]);
    let tell = git.args(["rev-parse", "--short=12", "HEAD"]);
    blocking(move || commit.run().and_then(|()| tell.read())).await
}

async fn green(context: &Context) -> Verdict {
    let own = Own::made(context, &AXUM).await?;
    let tag = committed(&own.folder).await?;
    let registry = context.endpoint(role::REGISTRY)?;
    let host = registry.trim_start_matches("http://");
    let started = Instant::now();
    let pushed_to = format!("{host}/{}", AXUM.name);
    let ran = piped(context, &own, &["--push", &pushed_to]).await?;
    let took = started.elapsed();
    if ran.failed > 0 || ran.of("push") != ["passed"] {
        return Err(format!("{} of its steps failed", ran.failed).into());
    }
    let built = fs::read_to_string(own.output("image").await?.join("digest"))?;
    let there = ingress::client()?;
    let image = format!("{registry}/v2/{0}/{0}/manifests", AXUM.name);
    let answer = there
        .head(format!("{image}/{tag}"))
        .header("accept", MANIFEST);
    let answer = answer.send().await?.error_for_status()?;
    let digest = answer.headers().get("docker-content-digest");
    let digest = digest.and_then(|it| it.to_str().ok()).unwrap_or_default();
    // Its name goes; what it is made of goes when the registry collects.
    there.delete(format!("{image}/{digest}")).send().await?;
    judged(
        digest == built.trim() && context.in_time(took, PIPELINE),
        format!(
            "{} steps passed in {}; {digest} is there, {} was built",
            ran.passed,
            duration(took),
            built.trim()
        ),
    )
}

async fn red(context: &Context) -> Verdict {
    let own = Own::made(context, &FASTAPI).await?;
    let test = own.folder.join("tests/unit/test_broken.py");
    fs::write(
        test,
        "\"\"\"It fails.\"\"\"\n\n\ndef test_fails() -> None:\n    \"\"\"Fail.\"\"\"\n    assert 1 + 1 == 3\n",
    )?;
    let add = Command::new("git")
        .arg("-C")
        .arg(&own.folder)
        .args(["add", "."]);
    blocking(move || add.run()).await?;
    let ran = piped(context, &own, &[]).await?;
    let stages = ["lint", "unit-tests", "images"].map(|stage| ran.of(stage).join(", "));
    judged(
        stages == ["passed", "FAILED", "not run"],
        format!(
            "lint: {}; unit-tests: {}; images: {}",
            stages[0], stages[1], stages[2]
        ),
    )
}

async fn deployed(context: &Context) -> Verdict {
    let own = Own::made(context, &FASTAPI).await?;
    let started = Instant::now();
    own.deploy(context).await?;
    let client = ingress::client()?;
    own.answers(context, &client, &["/health", "/ready"])
        .await?;
    let took = started.elapsed();
    judged(
        context.in_time(took, DEPLOYMENT),
        format!("built, deployed and healthy in {}", duration(took)),
    )
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
