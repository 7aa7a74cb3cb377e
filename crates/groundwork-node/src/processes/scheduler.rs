//! kube-scheduler: gives pods to the node.

use super::{
    kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{NODE_ADDRESS, SCHEDULER_PORT},
    error::Error,
    pki::Pki,
};

pub fn process(context: &Context) -> Result<Process, Error> {
    let pki = |name, kind| context.pki(name, kind);
    let kubeconfig = context.config("scheduler.kubeconfig");
    let config = context.config("scheduler.yaml");
    let path = display(&kubeconfig);
    let args = vec![
        format!("--config={}", display(&config)),
        format!("--authentication-kubeconfig={path}"),
        format!("--authorization-kubeconfig={path}"),
        format!("--bind-address={NODE_ADDRESS}"),
        format!("--secure-port={SCHEDULER_PORT}"),
        format!("--tls-cert-file={}", pki("scheduler-server", "crt")),
        format!("--tls-private-key-file={}", pki("scheduler-server", "key")),
        format!("--client-ca-file={}", pki("ca", "crt")),
        format!(
            "--requestheader-client-ca-file={}",
            pki("front-proxy-ca", "crt")
        ),
    ];
    let content = format!(
        "apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: {path}
leaderElection:
  leaderElect: false
enableProfiling: false
"
    );
    let probe = Probe::Http(context.https(SCHEDULER_PORT, "/healthz"));
    let process = Process::new(context, "kube-scheduler", args, probe)?
        .one_thread()
        .after(kube_apiserver::NAME)
        .file(config, content)
        .file(kubeconfig, Pki::new(context.state).kubeconfig("scheduler")?);
    Ok(process)
}
