//! What a flake's output `pipeline` says.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context;
use groundwork_process::exec::Command;
use serde::Deserialize;

use crate::{failure::Failure, service::build};

/// Stages in their order; one begins when the one before has passed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// At least one.
    pub stages: Vec<Stage>,
}

/// Steps that all run, also after one that failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its name, a word.
    pub name: String,
    /// In the order in which they run.
    pub steps: Vec<Step>,
}

/// One thing that passes or fails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name, unlike that of any other step of the stage.
    pub name: String,
    /// The flake's output that it builds.
    #[serde(default)]
    pub output: Option<String>,
    /// What it runs in the flake's folder, where it builds nothing.
    #[serde(default)]
    pub command: Vec<String>,
    /// A text that is the same for as long as all is that its result depends on.
    #[serde(default)]
    pub inputs: Option<String>,
    /// Whether it takes too long for each push.
    #[serde(default)]
    pub nightly: bool,
    /// Whether it sends to a registry, which its command takes as its last argument; without one it is `image push`.
    #[serde(default)]
    pub push: bool,
}

/// A flake in a folder, and the Nix that evaluates it.
pub struct Flake {
    nix: PathBuf,
    folder: PathBuf,
    root: PathBuf,
    reference: String,
}

impl Flake {
    /// The flake in `folder`.
    ///
    /// # Errors
    /// When there is none, or no Nix.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let folder = std::fs::canonicalize(folder)
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        if !folder.join("flake.nix").is_file() {
            let message = format!("{} has no flake.nix", folder.display());
            return Err(Failure::wrong_use(message)
                .hint("name a checkout of Groundwork or a service's folder")
                .into());
        }
        let (root, reference) = build::flake(&folder);
        Ok(Self {
            nix: build::nix()?,
            folder,
            root,
            reference,
        })
    }

    /// Its pipeline as its files are now.
    ///
    /// # Errors
    /// When it does not evaluate, and when it has none.
    pub fn pipeline(&self) -> anyhow::Result<Pipeline> {
        self.evaluated(&self.reference)
    }

    /// Its pipeline at the commit that Git knows as `revision`.
    ///
    /// # Errors
    /// When Git knows no such commit; as [`pipeline`](Self::pipeline).
    pub fn pipeline_at(&self, revision: &str) -> anyhow::Result<Pipeline> {
        let commit = Command::new("git")
            .args(["rev-parse", "--verify", "--quiet"])
            .arg(format!("{revision}^{{commit}}"))
            .in_folder(&self.root)
            .read();
        let commit = commit.map_err(|_| {
            Failure::wrong_use(format!("Git knows no commit '{revision}' here"))
                .hint("in a shallow clone: git fetch --unshallow")
        })?;
        self.evaluated(&format!("{}&rev={commit}", self.reference))
    }

    fn evaluated(&self, reference: &str) -> anyhow::Result<Pipeline> {
        let evaluate = Command::new(&self.nix)
            .args(["eval", "--json"])
            .arg(format!("{reference}#pipeline"))
            .in_folder(&self.root);
        let text = evaluate.read().context("the flake has no pipeline")?;
        serde_json::from_str(&text).context("the flake's output 'pipeline' is not understood")
    }

    /// How `step` is run; a step that pushes takes the `registry`.
    pub fn command(&self, step: &Step, registry: Option<&str>) -> anyhow::Result<Command> {
        let command = match (&step.output, &*step.command) {
            (None, []) if step.push => {
                let this = env::current_exe().context("this program is no longer where it was")?;
                Command::new(this)
                    .args(["image", "push", "--folder"])
                    .arg(&self.folder)
            }
            (Some(output), []) => Command::new(&self.nix)
                .args(["build", "--no-link", "--print-build-logs"])
                .arg(format!("{}#{output}", self.reference)),
            (None, [program, arguments @ ..]) => {
                // A script's path is meant from the flake's folder.
                let program = match program.contains('/') {
                    true => self.root.join(program),
                    false => program.into(),
                };
                Command::new(program).args(arguments)
            }
            _ => anyhow::bail!(
                "the step '{}' has to have an output or a command",
                step.name
            ),
        };
        let registry = registry.filter(|_| step.push);
        Ok(command.args(registry).in_folder(&self.root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_builds_or_runs_and_the_rest_has_defaults() {
        let text = r#"{"stages": [{"name": "lint", "steps": [
            {"name": "fmt", "output": "checks.fmt", "inputs": "1.drv"},
            {"name": "push", "command": ["scripts/push.sh", "-v"], "push": true}
        ]}]}"#;
        let pipeline: Pipeline = serde_json::from_str(text).unwrap();
        let [fmt, push] = &*pipeline.stages[0].steps else {
            panic!("{pipeline:?}")
        };
        let flake = Flake {
            nix: "nix".into(),
            folder: "/project/service".into(),
            root: "/project".into(),
            reference: "path:.".into(),
        };
        let line = |step, registry| flake.command(step, registry).unwrap().line();
        assert_eq!(
            line(fmt, Some("r.test/x")),
            "nix build --no-link --print-build-logs 'path:.#checks.fmt'"
        );
        assert_eq!(
            line(push, Some("r.test/x")),
            "/project/scripts/push.sh -v r.test/x"
        );
        let mut neither = Step {
            name: "nothing".into(),
            ..Step::default()
        };
        assert!(flake.command(&neither, None).is_err());
        neither.push = true;
        let pushed = line(&neither, Some("r.test/x"));
        assert!(
            pushed.ends_with("image push --folder /project/service r.test/x"),
            "{pushed}"
        );
        assert!(serde_json::from_str::<Pipeline>(&text.replace("inputs", "input")).is_err());
    }

    #[test]
    fn a_folder_that_is_no_flake_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = Flake::in_folder(folder.path()).err().unwrap();
        assert!(error.to_string().contains("has no flake.nix"), "{error}");
    }
}
