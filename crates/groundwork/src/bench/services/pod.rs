//! A service's pod, and its process as the kernel counts it.

use std::fs;

use anyhow::Context;
use groundwork_apply::Cluster;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};
use procfs::process::{Process, all_processes};

use crate::{cli::Global, given};

/// The one pod of a service.
pub(super) struct ThePod {
    /// Its own address, at which it answers without the ingress.
    pub(super) address: String,
    process: Process,
}

impl ThePod {
    /// The pod of the service `name`, whose roll-out is over.
    pub(super) async fn of(global: &Global, name: &str) -> anyhow::Result<Self> {
        let cluster = Cluster::connect(&given::kubeconfig(global)?).await?;
        let pods: Api<Pod> = Api::all(cluster.client().clone());
        let label = format!("app.kubernetes.io/name={name}");
        let pods = pods.list(&ListParams::default().labels(&label)).await?;
        let running = |pod: &&Pod| pod.metadata.deletion_timestamp.is_none();
        let pod = pods.items.iter().find(running);
        let pod = pod.with_context(|| format!("{name} has no pod"))?;
        let status = pod.status.as_ref();
        let address = status.and_then(|status| status.pod_ip.clone());
        let uid = pod.metadata.uid.as_deref();
        Ok(Self {
            address: address.with_context(|| format!("the pod of {name} has no address"))?,
            process: process(uid.with_context(|| format!("the pod of {name} has no id"))?)?,
        })
    }

    /// Resident bytes.
    pub(super) fn memory(&self) -> anyhow::Result<f64> {
        let kib = self.process.status()?.vmrss;
        Ok(kib.context("the service has no memory")? as f64 * 1024.0)
    }

    /// Seconds of a core since its start.
    pub(super) fn cpu(&self) -> anyhow::Result<f64> {
        let stat = self.process.stat()?;
        Ok((stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64)
    }
}

/// The greatest process of the pod of this `uid`; the other one holds the pod's network.
fn process(uid: &str) -> anyhow::Result<Process> {
    // As the kubelet's two drivers of control groups write it.
    let names = [uid.to_owned(), uid.replace('-', "_")];
    let of_pod = |process: &Process| {
        let groups = fs::read_to_string(format!("/proc/{}/cgroup", process.pid));
        groups.is_ok_and(|groups| names.iter().any(|name| groups.contains(name)))
    };
    let memory = |process: &Process| process.status().ok().and_then(|status| status.vmrss);
    all_processes()?
        .flatten()
        .filter(of_pod)
        .max_by_key(memory)
        .with_context(|| format!("no process of the pod {uid} runs"))
}
