//! kubelet: runs the node's pods through containerd.

use serde_json::json;

use super::{
    config, containerd, kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{
        CLUSTER_DOMAIN, DNS_ADDRESS, KUBELET_HEALTH_PORT, KUBELET_PORT, NODE_ADDRESS, NODE_NAME,
    },
    cgroup,
    error::Error,
    pki::Pki,
};

/// The process's name.
pub const NAME: &str = "kubelet";

pub fn process(context: &Context) -> Result<Process, Error> {
    let state = context.state;
    let config = context.config("kubelet.yaml");
    let kubeconfig = context.config("kubelet.kubeconfig");
    let args = vec![
        format!("--config={}", display(&config)),
        format!("--kubeconfig={}", display(&kubeconfig)),
        format!("--hostname-override={NODE_NAME}"),
        format!("--node-ip={NODE_ADDRESS}"),
        format!("--root-dir={}", display(&state.path("kubelet"))),
        format!("--cert-dir={}", display(&state.path("kubelet/pki"))),
    ];
    let content = yaml(context);
    let probe = Probe::NodeReady(context.api(&format!("/api/v1/nodes/{NODE_NAME}")));
    let process = Process::new(context, NAME, args, probe)?
        .one_thread()
        .after(containerd::NAME)
        .after(kube_apiserver::NAME)
        .env("PATH", context.path(&["nft"])?)
        .file(config, content)
        .file(kubeconfig, Pki::new(state).kubeconfig("kubelet")?);
    Ok(process)
}

fn yaml(context: &Context) -> String {
    let state = context.state;
    let pki = |name, kind| context.pki(name, kind);
    let containerd = display(&state.containerd_socket());
    let mut config = config::of_yaml(include_str!("../../configs/kubelet.yaml"));
    config["address"] = json!(NODE_ADDRESS);
    config["port"] = json!(KUBELET_PORT);
    config["healthzBindAddress"] = json!(NODE_ADDRESS);
    config["healthzPort"] = json!(KUBELET_HEALTH_PORT);
    config["tlsCertFile"] = json!(pki("kubelet-server", "crt"));
    config["tlsPrivateKeyFile"] = json!(pki("kubelet-server", "key"));
    config["authentication"]["x509"]["clientCAFile"] = json!(pki("ca", "crt"));
    config["containerRuntimeEndpoint"] = json!(format!("unix://{containerd}"));
    config["clusterDomain"] = json!(CLUSTER_DOMAIN);
    config["clusterDNS"] = json!([DNS_ADDRESS]);
    config["resolvConf"] = json!(display(&state.resolv_conf()));
    config["cgroupRoot"] = json!(format!("/{}", cgroup::ROOT));
    config["oomScoreAdj"] = json!(context.oom_score());
    config["podLogsDir"] = json!(display(&state.pod_logs()));
    config["volumePluginDir"] = json!(display(&state.path("kubelet/volume-plugins")));
    config::yaml(&config)
}
