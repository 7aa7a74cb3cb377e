//! kube-controller-manager: what turns Deployments into pods, and so on.

use super::{
    kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{CONTROLLER_MANAGER_PORT, NODE_ADDRESS},
    error::Error,
    pki::Pki,
};

pub fn process(context: &Context) -> Result<Process, Error> {
    let pki = |name, kind| context.pki(name, kind);
    let kubeconfig = context.config("controller-manager.kubeconfig");
    let path = display(&kubeconfig);
    let args = vec![
        format!("--kubeconfig={path}"),
        format!("--authentication-kubeconfig={path}"),
        format!("--authorization-kubeconfig={path}"),
        format!("--bind-address={NODE_ADDRESS}"),
        format!("--secure-port={CONTROLLER_MANAGER_PORT}"),
        format!(
            "--tls-cert-file={}",
            pki("controller-manager-server", "crt")
        ),
        format!(
            "--tls-private-key-file={}",
            pki("controller-manager-server", "key")
        ),
        format!("--client-ca-file={}", pki("ca", "crt")),
        format!(
            "--requestheader-client-ca-file={}",
            pki("front-proxy-ca", "crt")
        ),
        format!("--root-ca-file={}", pki("ca", "crt")),
        format!("--cluster-signing-cert-file={}", pki("ca", "crt")),
        format!("--cluster-signing-key-file={}", pki("ca", "key")),
        format!(
            "--service-account-private-key-file={}",
            pki("service-account", "key")
        ),
        // It makes this folder, on the host's own /usr unless told otherwise.
        format!(
            "--flex-volume-plugin-dir={}",
            display(&context.state.path("kubelet/volume-plugins"))
        ),
        // Each controller has only the rights of its own role.
        "--use-service-account-credentials=true".into(),
        "--leader-elect=false".into(),
        "--profiling=false".into(),
        // All objects of the first start come at once.
        "--kube-api-qps=100".into(),
        "--kube-api-burst=200".into(),
    ];
    let probe = Probe::Http(context.https(CONTROLLER_MANAGER_PORT, "/healthz"));
    let process = Process::new(context, "kube-controller-manager", args, probe)?
        .one_thread()
        .after(kube_apiserver::NAME)
        .file(
            kubeconfig,
            Pki::new(context.state).kubeconfig("controller-manager")?,
        );
    Ok(process)
}
