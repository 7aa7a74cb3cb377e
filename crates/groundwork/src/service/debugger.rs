//! The way from this machine to the debugger in a service's pod, from one roll-out to the next.

use std::{
    fs,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_process::exec::Command;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, ResourceExt, api::ListParams};
use tokio::time::interval;

use super::about::About;
use crate::failure::Failure;

/// The port of debugpy on the pod's loopback (nix/lib/service/fastapi.nix).
pub const PORT: u16 = 5678;
/// Between two looks for a newer pod.
const EVERY: Duration = Duration::from_millis(500);
/// kubectl that ends as soon cannot have the port.
const AT_ONCE: Duration = Duration::from_secs(2);

/// One pod's kubectl.
struct Way {
    pod: String,
    kubectl: Child,
    since: Instant,
}

impl Drop for Way {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.kubectl.kill();
        let _ = self.kubectl.wait();
    }
}

/// Leads the port `local` of this machine's loopback to the debugger in the service's newest pod, for ever, with the
/// cluster's `kubectl`.
///
/// # Errors
/// When the cluster does not answer, and when the port is taken.
pub async fn lead(
    about: &About,
    local: u16,
    cluster: &Cluster,
    kubectl: &Command,
) -> anyhow::Result<()> {
    let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), &about.namespace);
    let log = tempfile::NamedTempFile::new().context("cannot make a temporary file")?;
    let mut way: Option<Way> = None;
    let mut clock = interval(EVERY);
    loop {
        clock.tick().await;
        let Some(newest) = newest(&pods, &about.name).await? else {
            continue;
        };
        if let Some(old) = &mut way {
            let ended = old.kubectl.try_wait()?.is_some();
            if ended && old.pod == newest && old.since.elapsed() < AT_ONCE {
                return Err(refused(local, log.path()).into());
            }
            if !ended && old.pod == newest {
                continue;
            }
        }
        // The old one has the port until it is gone.
        drop(way.take());
        let forward = [
            "port-forward",
            "--address",
            "127.0.0.1",
            "--namespace",
            &about.namespace,
            &newest,
            &format!("{local}:{PORT}"),
        ];
        way = Some(Way {
            kubectl: kubectl.clone().args(forward).spawn_detached(log.path())?,
            pod: newest,
            since: Instant::now(),
        });
    }
}

/// The name of the newest pod that is ready and stays.
async fn newest(pods: &Api<Pod>, name: &str) -> anyhow::Result<Option<String>> {
    let label = format!("app.kubernetes.io/name={name}");
    let pods = pods.list(&ListParams::default().labels(&label)).await;
    let pods = pods.context("cannot ask the cluster for pods")?.items;
    let ready = pods.into_iter().filter(is_ready);
    let newest = ready.max_by_key(|pod| pod.creation_timestamp());
    Ok(newest.map(|pod| pod.name_any()))
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .iter()
        .flat_map(|it| it.conditions.iter().flatten());
    let ready =
        |it: &k8s_openapi::api::core::v1::PodCondition| it.type_ == "Ready" && it.status == "True";
    pod.metadata.deletion_timestamp.is_none() && conditions.into_iter().any(ready)
}

fn refused(local: u16, log: &Path) -> Failure {
    let said = fs::read_to_string(log).unwrap_or_default();
    let last = said.lines().last().unwrap_or("kubectl has ended");
    Failure::machine(format!("127.0.0.1:{local} leads to no debugger: {last}")).hint(format!(
        "end what has port {local}: ss -ltnp 'sport = :{local}'"
    ))
}
