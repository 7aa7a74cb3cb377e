//! The checks' own service. Each check makes it anew, in a folder that goes with the check; what is built stays.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use groundwork_process::exec::Command;
use reqwest::Client;
use serde_json::Value;

use crate::{
    runner::{Check, CheckFailure, Context, Turn, blocking},
    shared::{ingress, order::random, wait::wait_for},
};

/// What a check of this suite is unless it says otherwise: one after the other, as they have the service in common.
pub(super) const CHECK: Check = Check {
    turn: Turn::Lane("services"),
    ..Check::GENTLE
};

/// A kind of services.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its template.
    pub template: &'static str,
    /// The name of the checks' service; its topics begin like those of other checks, which are removed in the end.
    pub name: &'static str,
    /// The file that puts its parts together, and how a remark begins in it.
    pub source: (&'static str, &'static str),
    /// What REQ-0.8 draws, in this language.
    pub structure: &'static [&'static str],
    /// Its own checks in the sandbox.
    pub checks: &'static [&'static str],
}

pub(super) const FASTAPI: Kind = Kind {
    template: "fastapi",
    name: "groundwork-check-fastapi",
    source: ("src/main.py", "#"),
    structure: &[
        "Dockerfile",
        "README.md",
        "k8s/configmap.yaml",
        "k8s/deployment.yaml",
        "k8s/service.yaml",
        "poetry.lock",
        "pyproject.toml",
        "src/__init__.py",
        "src/config.py",
        "src/main.py",
        "src/models",
        "src/routes",
        "tests/integration",
        "tests/unit",
    ],
    checks: &["lint", "types", "unit-tests"],
};

pub(super) const AXUM: Kind = Kind {
    template: "axum",
    name: "groundwork-check-axum",
    source: ("src/lib.rs", "//"),
    structure: &[
        "Cargo.lock",
        "Cargo.toml",
        "Dockerfile",
        "README.md",
        "k8s/configmap.yaml",
        "k8s/deployment.yaml",
        "k8s/service.yaml",
        "src/config.rs",
        "src/lib.rs",
        "src/main.rs",
        "src/models",
        "src/routes",
        "tests/integration",
        "tests/unit",
    ],
    checks: &["lint", "unit-tests"],
};

/// The namespace of services.
const NAMESPACE: &str = "services";
/// For its packages to be built, which the first check does.
pub(super) const BUILT: Duration = Duration::from_secs(1800);
/// For requests to reach its new pod alone: twice what the old one goes on for, and the ingress takes to know.
const ANSWERS: Duration = Duration::from_secs(5);

/// A folder with the service, as a person has it.
pub(super) struct Own {
    /// The service's repository.
    pub folder: PathBuf,
    /// How long it took to make.
    pub took: Duration,
    kind: &'static Kind,
}

impl Own {
    /// Makes the service with an event bus and without a database, which the stack has by default.
    pub(super) async fn made(context: &Context, kind: &'static Kind) -> Result<Self, CheckFailure> {
        let folder = env::temp_dir().join(format!("groundwork-check-{:016x}", random()));
        let mut own = Self {
            folder: folder.join(kind.name),
            took: Duration::ZERO,
            kind,
        };
        let started = Instant::now();
        let place = text(&own.folder)?;
        let new = [
            "new",
            kind.name,
            place,
            "--kind",
            kind.template,
            "--without",
            "database",
        ];
        context.launch(&new).await?;
        own.took = started.elapsed();
        Ok(own)
    }

    /// The same, deployed; what of the stack's other services is there stays as it is.
    pub(super) async fn deployed(
        context: &Context,
        kind: &'static Kind,
    ) -> Result<(Self, Duration), CheckFailure> {
        let own = Self::made(context, kind).await?;
        let started = Instant::now();
        own.deploy(context).await?;
        Ok((own, started.elapsed()))
    }

    /// Deploys it as it is now.
    pub(super) async fn deploy(&self, context: &Context) -> Result<(), CheckFailure> {
        context.launch(&["deploy", text(&self.folder)?]).await
    }

    /// A path beside its folder, which goes with the check.
    pub(super) fn beside(&self, name: &str) -> Result<String, CheckFailure> {
        Ok(text(&self.folder.with_file_name(name))?.into())
    }

    /// Builds an output of the service's flake, and returns where it is.
    pub(super) async fn output(&self, output: &str) -> Result<PathBuf, CheckFailure> {
        let flake = format!("git+file://{}#{output}", text(&self.folder)?);
        let build = Command::new("nix").args(["build", "--no-link", "--json", &flake]);
        let built = blocking(move || build.read()).await?;
        let built: Value = serde_json::from_str(&built)?;
        let path = built[0]["outputs"]["out"].as_str();
        Ok(path.ok_or("Nix has built nothing")?.into())
    }

    /// Its answer to `path`, through the ingress: the status and what it says.
    pub(super) async fn get(
        &self,
        context: &Context,
        client: &Client,
        path: &str,
    ) -> Result<(u16, String), CheckFailure> {
        let url = format!("{}{path}", ingress::address(context)?);
        let answer = client.get(url).header("host", self.host()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Waits until each of `paths` is answered by 200. The pod before a new one may answer for a moment that it stops.
    pub(super) async fn answers(
        &self,
        context: &Context,
        client: &Client,
        paths: &[&str],
    ) -> Result<(), CheckFailure> {
        for path in paths {
            let answers = wait_for(path, ANSWERS, async || {
                match self.get(context, client, path).await? {
                    (200, _) => Ok(()),
                    (status, said) => Err(CheckFailure::from(format!("status {status}: {said}"))),
                }
            });
            answers.await?;
        }
        Ok(())
    }

    /// Gives it an item as a part of the trace that `traceparent` names; returns the item.
    pub(super) async fn post_item(
        &self,
        context: &Context,
        client: &Client,
        traceparent: &str,
    ) -> Result<Value, CheckFailure> {
        let url = format!("{}/items", ingress::address(context)?);
        let request = client.post(url).header("host", self.host());
        let request = request
            .header("content-type", "application/json")
            .header("traceparent", traceparent)
            .body(r#"{"name":"bolt","quantity":3}"#);
        let answer = request.send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    fn host(&self) -> String {
        format!("{}.localhost", self.kind.name)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // Its folder alone is in there.
        if let Some(folder) = self.folder.parent() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn text(path: &Path) -> Result<&str, CheckFailure> {
    path.to_str()
        .ok_or_else(|| "its folder's name is no text".into())
}

/// Removes those that are there from the cluster, with their secrets.
pub(in crate::suites) async fn remove(context: &Context) -> Result<(), CheckFailure> {
    for kind in [&FASTAPI, &AXUM] {
        remove_one(context, kind).await?;
    }
    Ok(())
}

/// Removes the one of this kind, if it is there.
pub(super) async fn remove_one(context: &Context, kind: &Kind) -> Result<(), CheckFailure> {
    let cluster = context.cluster().await?;
    if cluster.service(kind.name).await?.is_none() {
        return Ok(());
    }
    context.launch(&["remove", kind.name]).await?;
    let token = format!("{}-token", kind.name);
    let delete = ["secret", "delete", "--yes", "-n", NAMESPACE, &token];
    context.launch(&delete).await
}
