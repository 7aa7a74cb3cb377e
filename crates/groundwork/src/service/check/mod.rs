//! Whether a service follows the structure of all services: its files, its objects as kustomize renders them, and what it
//! does when it runs.

mod files;
mod live;
mod objects;

pub use files::contents;

use std::path::Path;

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_contract::Stack;
use groundwork_process::exec::Command;
use serde::Serialize;

use super::about::About;

/// One rule, and whether the service keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What must hold.
    pub name: &'static str,
    /// Whether it does.
    pub passed: bool,
    /// What is otherwise, and where; empty when it holds.
    pub found: String,
    /// What to do about it; empty when it holds.
    pub fix: String,
}

impl Check {
    /// `name` holds when nothing was `found` to be otherwise.
    fn of(name: &'static str, found: &[String], fix: impl Into<String>) -> Self {
        Self {
            name,
            passed: found.is_empty(),
            found: found.join("; "),
            fix: if found.is_empty() {
                String::new()
            } else {
                fix.into()
            },
        }
    }
}

/// All checks of the service in `folder`, against the templates and tools of `stack`.
///
/// # Errors
/// When service.toml or a template cannot be read, or there is no kustomize.
pub fn all(folder: &Path, stack: &Stack) -> anyhow::Result<Vec<Check>> {
    let about = About::read(folder)?;
    let mut checks = files::checks(folder, &about, &stack.templates)?;
    let rendered = Command::new(stack.program("kubectl")?)
        .arg("kustomize")
        .arg(folder.join("k8s"))
        .output()?;
    if rendered.status.success() {
        let text = String::from_utf8_lossy(&rendered.stdout);
        let objects =
            groundwork_apply::objects(&text).context("kustomize renders what is no object")?;
        checks.extend(objects::checks(&objects, &about.name));
    } else {
        let said = String::from_utf8_lossy(&rendered.stderr);
        checks.push(Check::of(
            "kustomize takes k8s/",
            &[said.trim().to_owned()],
            "correct k8s/kustomization.yaml and what it names",
        ));
    }
    Ok(checks)
}

/// All checks of the service `name` as it runs. Its pod is replaced.
///
/// # Errors
/// When the cluster does not answer.
pub async fn live(name: &str, cluster: &Cluster) -> anyhow::Result<Vec<Check>> {
    live::checks(name, cluster).await
}
