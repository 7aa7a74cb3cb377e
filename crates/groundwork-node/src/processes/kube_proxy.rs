//! kube-proxy: services' virtual addresses, by nftables.

use super::{
    kube_apiserver,
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{NODE_ADDRESS, NODE_NAME, POD_NETWORK, PROXY_HEALTH_PORT, PROXY_METRICS_PORT},
    error::Error,
    pki::Pki,
};

pub fn process(context: &Context) -> Result<Process, Error> {
    let config = context.config("kube-proxy.yaml");
    let kubeconfig = context.config("kube-proxy.kubeconfig");
    let args = vec![format!("--config={}", display(&config))];
    let content = format!(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection:
  kubeconfig: {kubeconfig}
hostnameOverride: {NODE_NAME}
bindAddress: {NODE_ADDRESS}
healthzBindAddress: {NODE_ADDRESS}:{PROXY_HEALTH_PORT}
metricsBindAddress: {NODE_ADDRESS}:{PROXY_METRICS_PORT}
mode: nftables
clusterCIDR: {POD_NETWORK}
nodePortAddresses: [{NODE_ADDRESS}/32]
nftables:
  minSyncPeriod: 100ms
  syncPeriod: 5m
# The machine's own connection tracking stays as it is.
conntrack:
  maxPerCore: 0
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 0s
oomScoreAdj: {oom_score}
",
        kubeconfig = display(&kubeconfig),
        oom_score = if context.machine.can_raise_oom {
            -999
        } else {
            0
        },
    );
    let probe = Probe::Http(Context::http(PROXY_HEALTH_PORT, "/healthz"));
    let process = Process::new(context, "kube-proxy", args, probe)?
        .one_thread()
        .after(kube_apiserver::NAME)
        .env("PATH", context.path(&["nft"])?)
        .file(config, content)
        .file(
            kubeconfig,
            Pki::new(context.state).kubeconfig("kube-proxy")?,
        );
    Ok(process)
}
