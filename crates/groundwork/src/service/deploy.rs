//! Brings a built service into the cluster: its image, what it declares, its objects; and remembers it.

use std::{path::Path, slice, time::Duration};

use groundwork_apply::{Cluster, Deployed, Endpoint, Owner, Service};
use groundwork_contract::{Deployment, Progress, Wave};
use groundwork_events::topics;
use groundwork_node::StateDir;
use groundwork_process::{error::chain, wait};
use groundwork_secrets::store;
use jiff::Timestamp;

use super::database;
use crate::{cli::Global, declared, failure::Failure, gcroot, given, secrets};

/// For all of a service to become ready on an ordinary machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A service that answers.
pub struct Brought {
    /// What was built of it.
    pub deployment: Deployment,
    /// Where it answers.
    pub endpoints: Vec<Endpoint>,
}

/// The running node's state directory, and its cluster's administrator.
///
/// # Errors
/// When the stack does not run.
pub async fn running(global: &Global) -> anyhow::Result<(StateDir, Cluster)> {
    let directory = given::running_state_dir(global)?;
    let cluster = Cluster::connect(&given::kubeconfig(global)?).await?;
    Ok((directory, cluster))
}

/// Brings the service built in `folder` in, and waits until all of it is ready, `timeout` at most.
///
/// # Errors
/// When the stack does not run, and when the service cannot be applied or does not become ready; then it is
/// remembered as such.
pub async fn bring<R: Fn(Progress) + Send + Sync>(
    global: &Global,
    folder: &Path,
    timeout: Option<Duration>,
    report: &R,
) -> anyhow::Result<Brought> {
    let stack = given::stack(global)?;
    let deployment = Deployment::read(folder)?;
    let wave = Wave {
        name: deployment.name.clone(),
        objects: deployment.objects.clone(),
        topics: None,
        secrets: None,
    };
    let endpoints = groundwork_apply::endpoints(slice::from_ref(&wave))?;
    let topics = deployment
        .topics
        .as_deref()
        .map(topics::Declared::read)
        .transpose()?;
    let needs = deployment
        .secrets
        .as_deref()
        .map(store::Declared::read)
        .transpose()?;
    let (state, cluster) = running(global).await?;

    let name = &deployment.name;
    let before = cluster.service(name).await?.unwrap_or_else(|| Service {
        name: name.clone(),
        kind: deployment.kind.clone(),
        deployed: vec![],
    });
    // The new build as well, from before it runs.
    let both = before.folders().chain([folder]);
    gcroot::keep(&global.state_dir, name, both)?;
    let store = secrets::open(&state, "deploy").await?;
    store.namespace(&deployment.namespace).await?;
    database::bring(&state, &stack, &deployment, report).await?;
    groundwork_node::load_service(&state, name, Some(&deployment.image), report)?;
    if let Some(declared) = &needs {
        declared::secrets(&state, declared, &format!("declared by {name}"), report).await?;
    }
    if let Some(declared) = &topics {
        declared::topics(&stack, declared, false, report).await?;
    }
    let patience = timeout.unwrap_or_else(|| wait::longer(PATIENCE));
    let owner = Owner::Service(name.clone());
    let then = async |_: &Wave| Ok(());
    let applied = cluster.apply(&owner, &[wave], report, patience, then).await;
    if let Err(error @ groundwork_apply::Error::Taken(_)) = applied {
        // Nothing of it is in the cluster.
        gcroot::keep(&global.state_dir, name, before.folders())?;
        return Err(error.into());
    }
    let after = before.after(Deployed {
        folder: folder.into(),
        version: deployment.version.clone(),
        at: Timestamp::now(),
        ready: applied.is_ok(),
    });
    cluster.remember(&after).await?;
    gcroot::keep(&global.state_dir, name, after.folders())?;
    match applied {
        Ok(_) => Ok(Brought {
            deployment,
            endpoints,
        }),
        Err(error) => Err(failed(&after, &error)),
    }
}

/// A deployment that did not become ready, with the way back to the one before.
fn failed(service: &Service, error: &groundwork_apply::Error) -> anyhow::Error {
    let name = &service.name;
    let hint = match service.last_good() {
        Some(good) => format!(
            "`groundwork rollback {name}` brings {} of {} back, or mend it and deploy again",
            good.version,
            good.at.strftime("%F %T UTC")
        ),
        None => format!("mend it and deploy again, or `groundwork remove {name}`"),
    };
    Failure::stack(format!("{name} is not deployed: {}", chain(error)))
        .hint(hint)
        .into()
}
