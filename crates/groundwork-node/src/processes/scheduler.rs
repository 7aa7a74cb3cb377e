//! kube-scheduler: gives pods to the node.

use serde_json::json;

use super::{
    config, kube_apiserver,
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
    let file = context.config("scheduler.yaml");
    let path = display(&kubeconfig);
    let args = vec![
        format!("--config={}", display(&file)),
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
    let mut content = config::of_yaml(include_str!("../../configs/kube-scheduler.yaml"));
    content["clientConnection"]["kubeconfig"] = json!(display(&kubeconfig));
    let probe = Probe::Http(context.https(SCHEDULER_PORT, "/healthz"));
    let process = Process::new(context, "kube-scheduler", args, probe)?
        .one_thread()
        .after(kube_apiserver::NAME)
        .file(file, config::yaml(&content))
        .file(kubeconfig, Pki::new(context.state).kubeconfig("scheduler")?);
    Ok(process)
}
