//! kubelet: runs the node's pods through containerd.

use super::{
    containerd, kube_apiserver,
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
    format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {NODE_ADDRESS}
port: {KUBELET_PORT}
healthzBindAddress: {NODE_ADDRESS}
healthzPort: {KUBELET_HEALTH_PORT}
tlsCertFile: {certificate}
tlsPrivateKeyFile: {key}
authentication:
  anonymous: {{enabled: false}}
  webhook: {{enabled: true}}
  x509: {{clientCAFile: {ca}}}
authorization: {{mode: Webhook}}
containerRuntimeEndpoint: unix://{containerd}
clusterDomain: {CLUSTER_DOMAIN}
clusterDNS: [{DNS_ADDRESS}]
resolvConf: {resolv}
cgroupDriver: cgroupfs
cgroupRoot: /{cgroup_root}
failCgroupV1: false
failSwapOn: false
oomScoreAdj: {oom_score}
seccompDefault: true
podLogsDir: {pod_logs}
volumePluginDir: {volume_plugins}
containerLogMaxSize: 10Mi
# nftables do the work; there is no iptables on the machine to put chains into.
makeIPTablesUtilChains: false
# A killed program is back soon, also when it is killed again and again.
crashLoopBackOff: {{maxContainerRestartPeriod: 2s}}
# How long until a pod is looked at again, and up to half as long on top: so late is a changed Secret in its files.
syncFrequency: 20s
# Images come with the stack and cannot be pulled again.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
# A developer's disk is often nearly full: only the last bytes are an emergency.
evictionHard:
  memory.available: 100Mi
  nodefs.available: 1Gi
  nodefs.inodesFree: 1%
  imagefs.available: 1Gi
  imagefs.inodesFree: 1%
# Whoever has made room waits no longer than that; the default is 5 minutes.
evictionPressureTransitionPeriod: 30s
maxPods: 200
serializeImagePulls: false
registerNode: true
enableProfilingHandler: false
enableDebugFlagsHandler: false
enableSystemLogHandler: false
",
        certificate = pki("kubelet-server", "crt"),
        key = pki("kubelet-server", "key"),
        ca = pki("ca", "crt"),
        containerd = display(&state.containerd_socket()),
        resolv = display(&state.resolv_conf()),
        cgroup_root = cgroup::ROOT,
        oom_score = if context.machine.can_raise_oom {
            -999
        } else {
            0
        },
        pod_logs = display(&state.pod_logs()),
        volume_plugins = display(&state.path("kubelet/volume-plugins")),
    )
}
