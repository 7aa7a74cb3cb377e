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
    runner::{CheckFailure, Context, blocking},
    shared::{ingress, order::random},
};

/// Its name; its topics begin like those of other checks, which are removed in the end.
pub(super) const NAME: &str = "groundwork-check-service";
/// The namespace of services, and the secret that it declares.
const NAMESPACE: &str = "services";
const TOKEN: &str = "groundwork-check-service-token";
/// For its Python to be built, which the first check does.
pub(super) const BUILT: Duration = Duration::from_secs(900);

/// A folder with the service, as a person has it.
pub(super) struct Own {
    /// The service's repository.
    pub folder: PathBuf,
    /// How long it took to make.
    pub took: Duration,
}

impl Own {
    /// Makes the service with an event bus and without a database, which the stack has by default.
    pub(super) async fn made(context: &Context) -> Result<Self, CheckFailure> {
        let folder = env::temp_dir().join(format!("groundwork-check-{:016x}", random()));
        let mut own = Self {
            folder: folder.join(NAME),
            took: Duration::ZERO,
        };
        let started = Instant::now();
        let place = text(&own.folder)?;
        let new = [
            "new",
            NAME,
            place,
            "--kind",
            "fastapi",
            "--without",
            "database",
        ];
        context.launch(&new).await?;
        own.took = started.elapsed();
        Ok(own)
    }

    /// The same, deployed; what of the stack's other services is there stays as it is.
    pub(super) async fn deployed(context: &Context) -> Result<(Self, Duration), CheckFailure> {
        let own = Self::made(context).await?;
        let started = Instant::now();
        own.deploy(context).await?;
        Ok((own, started.elapsed()))
    }

    /// Deploys it as it is now.
    pub(super) async fn deploy(&self, context: &Context) -> Result<(), CheckFailure> {
        context.launch(&["deploy", text(&self.folder)?]).await
    }

    /// Builds an output of the service's flake.
    pub(super) async fn build(&self, output: &str) -> Result<(), CheckFailure> {
        let flake = format!("git+file://{}#{output}", text(&self.folder)?);
        let build = Command::new("nix").args(["build", "--no-link", &flake]);
        blocking(move || build.run()).await
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

/// Its answer to `path`, through the ingress: the status and what it says.
pub(super) async fn get(
    context: &Context,
    client: &Client,
    path: &str,
) -> Result<(u16, String), CheckFailure> {
    let url = format!("{}{path}", ingress::address(context)?);
    let answer = client.get(url).header("host", host()).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// Gives it an item as a part of the trace that `traceparent` names; returns the item.
pub(super) async fn post_item(
    context: &Context,
    client: &Client,
    traceparent: &str,
) -> Result<Value, CheckFailure> {
    let url = format!("{}/items", ingress::address(context)?);
    let request = client.post(url).header("host", host());
    let request = request
        .header("content-type", "application/json")
        .header("traceparent", traceparent)
        .body(r#"{"name":"bolt","quantity":3}"#);
    let answer = request.send().await?.error_for_status()?;
    Ok(serde_json::from_str(&answer.text().await?)?)
}

fn host() -> String {
    format!("{NAME}.localhost")
}

/// Removes it from the cluster with its secret, if it is there.
pub(in crate::suites) async fn remove(context: &Context) -> Result<(), CheckFailure> {
    if context.cluster().await?.service(NAME).await?.is_none() {
        return Ok(());
    }
    context.launch(&["remove", NAME]).await?;
    let delete = ["secret", "delete", "--yes", "-n", NAMESPACE, TOKEN];
    context.launch(&delete).await
}
