//! kube-apiserver: the cluster's front door.

use std::time::Duration;

use super::{Context, Probe, Process, display, etcd};
use crate::{
    address::{API_PORT, CLUSTER_DOMAIN, NODE_ADDRESS, SERVICE_NETWORK},
    error::Error,
};

/// The process's name.
pub const NAME: &str = "kube-apiserver";

/// Who did what, without the contents. The node's heartbeats and health checks would be nearly all
/// of the log and say nothing.
const AUDIT_POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    resources:
      - group: coordination.k8s.io
        resources: [leases]
  - level: None
    nonResourceURLs: [/livez*, /readyz*, /healthz*]
  - level: Metadata
";

pub fn process(context: &Context) -> Result<Process, Error> {
    let pki = |name, kind| context.pki(name, kind);
    let audit_policy = context.config("audit-policy.yaml");
    let args = vec![
        format!("--advertise-address={NODE_ADDRESS}"),
        format!("--bind-address={NODE_ADDRESS}"),
        format!("--secure-port={API_PORT}"),
        format!("--etcd-servers={}", etcd::url(context)),
        format!("--tls-cert-file={}", pki("apiserver", "crt")),
        format!("--tls-private-key-file={}", pki("apiserver", "key")),
        format!("--client-ca-file={}", pki("ca", "crt")),
        "--anonymous-auth=false".into(),
        "--authorization-mode=Node,RBAC".into(),
        "--enable-admission-plugins=NodeRestriction".into(),
        "--allow-privileged=true".into(),
        format!(
            "--encryption-provider-config={}",
            display(&context.state.pki().join("encryption.yaml"))
        ),
        format!("--audit-policy-file={}", display(&audit_policy)),
        format!(
            "--audit-log-path={}",
            display(&context.state.logs().join("audit.log"))
        ),
        "--audit-log-maxsize=32".into(),
        "--audit-log-maxbackup=2".into(),
        // To the kubelet: logs, exec, port-forward.
        format!(
            "--kubelet-client-certificate={}",
            pki("apiserver-kubelet-client", "crt")
        ),
        format!(
            "--kubelet-client-key={}",
            pki("apiserver-kubelet-client", "key")
        ),
        format!("--kubelet-certificate-authority={}", pki("ca", "crt")),
        "--kubelet-preferred-address-types=InternalIP".into(),
        // Pods' tokens.
        format!("--service-account-issuer=https://kubernetes.default.svc.{CLUSTER_DOMAIN}"),
        format!(
            "--service-account-key-file={}",
            pki("service-account", "pub")
        ),
        format!(
            "--service-account-signing-key-file={}",
            pki("service-account", "key")
        ),
        format!("--service-cluster-ip-range={SERVICE_NETWORK}"),
        // To extension API servers: metrics-server.
        format!(
            "--proxy-client-cert-file={}",
            pki("front-proxy-client", "crt")
        ),
        format!(
            "--proxy-client-key-file={}",
            pki("front-proxy-client", "key")
        ),
        format!(
            "--requestheader-client-ca-file={}",
            pki("front-proxy-ca", "crt")
        ),
        "--requestheader-allowed-names=front-proxy-client".into(),
        "--requestheader-username-headers=X-Remote-User".into(),
        "--requestheader-group-headers=X-Remote-Group".into(),
        "--requestheader-extra-headers-prefix=X-Remote-Extra-".into(),
        // One node and one person: nobody to be fair to, nothing to profile.
        "--enable-priority-and-fairness=false".into(),
        "--profiling=false".into(),
        "--etcd-count-metric-poll-period=10m".into(),
        "--etcd-db-metric-poll-interval=10m".into(),
    ];
    let probe = Probe::Http(context.api("/readyz"));
    let mut process = Process::new(context, NAME, args, probe)?
        .one_thread()
        .after("etcd")
        // Some 20 MB less; 50 would save 10 more and cost 0.3 % of a core.
        .env("GOGC", "75")
        .file(audit_policy, AUDIT_POLICY.into());
    // It waits for every watch to end by itself, and some never do; the store loses nothing.
    process.spec.grace = Duration::from_secs(2);
    Ok(process)
}
