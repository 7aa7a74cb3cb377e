//! kube-proxy: services' virtual addresses, by nftables.

use serde_json::json;

use super::{
    config, kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{NODE_ADDRESS, NODE_NAME, POD_NETWORK, PROXY_HEALTH_PORT, PROXY_METRICS_PORT},
    error::Error,
    pki::Pki,
};

pub fn process(context: &Context) -> Result<Process, Error> {
    let file = context.config("kube-proxy.yaml");
    let kubeconfig = context.config("kube-proxy.kubeconfig");
    let args = vec![format!("--config={}", display(&file))];
    let mut content = config::of_yaml(include_str!("../../configs/kube-proxy.yaml"));
    content["clientConnection"]["kubeconfig"] = json!(display(&kubeconfig));
    content["hostnameOverride"] = json!(NODE_NAME);
    content["bindAddress"] = json!(NODE_ADDRESS);
    content["healthzBindAddress"] = json!(format!("{NODE_ADDRESS}:{PROXY_HEALTH_PORT}"));
    content["metricsBindAddress"] = json!(format!("{NODE_ADDRESS}:{PROXY_METRICS_PORT}"));
    content["clusterCIDR"] = json!(POD_NETWORK);
    content["nodePortAddresses"] = json!([format!("{NODE_ADDRESS}/32")]);
    content["oomScoreAdj"] = json!(context.oom_score());
    let probe = Probe::Http(Context::http(PROXY_HEALTH_PORT, "/healthz"));
    let process = Process::new(context, "kube-proxy", args, probe)?
        .one_thread()
        .after(kube_apiserver::NAME)
        .env("PATH", context.path(&["nft"])?)
        .file(file, config::yaml(&content))
        .file(
            kubeconfig,
            Pki::new(context.state).kubeconfig("kube-proxy")?,
        );
    Ok(process)
}
