//! kube-apiserver: the cluster's front door.

use std::{fs, time::Duration};

use super::{
    process::{Context, Process, display},
    spec::Probe,
};
use crate::{
    address::{API_PORT, CLUSTER_DOMAIN, NODE_ADDRESS, SERVICE_NETWORK},
    encryption,
    error::{Error, at},
};

/// The process's name.
pub const NAME: &str = "kube-apiserver";

/// Who did what, without the contents.
const AUDIT_POLICY: &str = include_str!("../../configs/audit-policy.yaml");

pub fn process(context: &Context) -> Result<Process, Error> {
    let pki = |name, kind| context.pki(name, kind);
    let audit_policy = context.config("audit-policy.yaml");
    let keys = encryption::file(context.state);
    let args = vec![
        format!("--advertise-address={NODE_ADDRESS}"),
        format!("--bind-address={NODE_ADDRESS}"),
        format!("--secure-port={API_PORT}"),
        format!("--etcd-servers={}", context.state.etcd_url("client")),
        format!("--tls-cert-file={}", pki("apiserver", "crt")),
        format!("--tls-private-key-file={}", pki("apiserver", "key")),
        format!("--client-ca-file={}", pki("ca", "crt")),
        "--anonymous-auth=false".into(),
        "--authorization-mode=Node,RBAC".into(),
        "--enable-admission-plugins=NodeRestriction".into(),
        "--allow-privileged=true".into(),
        format!("--encryption-provider-config={}", display(&keys)),
        format!("--audit-policy-file={}", display(&audit_policy)),
        format!(
            "--audit-log-path={}",
            display(&context.state.logs().join("audit.log"))
        ),
        // A request whose line cannot be written fails; the others wait for theirs, too.
        "--audit-log-mode=blocking-strict".into(),
        // A thousand requests for Secrets a second are one to two MB. So the collector, which looks
        // every second, may be away for two minutes before a line is gone that it has not read.
        "--audit-log-maxsize=32".into(),
        "--audit-log-maxbackup=8".into(),
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
        // Its endpoints are objects of the stack: its own it would withdraw whenever it ends.
        "--endpoint-reconciler-type=none".into(),
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
        // One node and one person: fairness and profiling have no use here.
        "--enable-priority-and-fairness=false".into(),
        "--profiling=false".into(),
        "--etcd-count-metric-poll-period=10m".into(),
        "--etcd-db-metric-poll-interval=10m".into(),
    ];
    let probe = Probe::Http(context.api("/readyz"));
    // Listed with its files, so that other keys restart it.
    let given = fs::read_to_string(&keys).map_err(at("read", &keys))?;
    let mut process = Process::new(context, NAME, args, probe)?
        .one_thread()
        .after("etcd")
        // Some 20 MB less; 50 would save 10 more and cost 0.3 % of a core.
        .env("GOGC", "75")
        .file(audit_policy, AUDIT_POLICY.into())
        .file(keys, given);
    // It waits for every watch to end by itself, and some never do; the store loses nothing.
    process.spec.grace = Duration::from_secs(2);
    Ok(process)
}

#[cfg(test)]
mod tests {
    use serde_yaml_ng::Value;

    use super::AUDIT_POLICY;

    /// Whether `rule` has no list `field`, or one with `value`.
    fn allows(rule: &Value, field: &str, value: &str) -> bool {
        rule[field]
            .as_sequence()
            .is_none_or(|list| list.iter().any(|one| one == value))
    }

    /// The stages that are written of such a request, by the first rule that is about it.
    fn written(user: &str, verb: &str, group: &str, resource: &str) -> Vec<&'static str> {
        let policy: Value = serde_yaml_ng::from_str(AUDIT_POLICY).unwrap();
        // They would be added to every rule's.
        assert!(policy["omitStages"].is_null());
        let about = |rule: &&Value| {
            let resources = rule["resources"].as_sequence();
            allows(rule, "users", user)
                && allows(rule, "verbs", verb)
                && rule["nonResourceURLs"].is_null()
                && resources.is_none_or(|list| {
                    list.iter()
                        .any(|one| one["group"] == group && allows(one, "resources", resource))
                })
        };
        let rule = policy["rules"]
            .as_sequence()
            .unwrap()
            .iter()
            .find(about)
            .unwrap();
        if rule["level"] == "None" {
            return vec![];
        }
        assert_eq!(rule["level"], "Metadata", "contents must not be written");
        let omitted = rule["omitStages"].as_sequence();
        ["RequestReceived", "ResponseStarted", "ResponseComplete"]
            .into_iter()
            .filter(|stage| !omitted.is_some_and(|list| list.iter().any(|one| one == stage)))
            .collect()
    }

    #[test]
    fn a_secret_is_on_record_before_it_is_handed_out() {
        for verb in [
            "get",
            "list",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
        ] {
            let stages = written("user:ann", verb, "", "secrets");
            assert_eq!(
                stages,
                ["RequestReceived", "ResponseStarted", "ResponseComplete"],
                "{verb}"
            );
        }
    }

    #[test]
    fn a_watch_of_secrets_is_on_record_when_it_begins_and_not_when_it_ends() {
        let stages = written("user:ann", "watch", "", "secrets");
        assert_eq!(stages, ["RequestReceived", "ResponseStarted"]);
    }

    #[test]
    fn the_api_server_reads_its_own_store_whether_the_log_can_be_written_or_not() {
        let stages = written("system:apiserver", "watch", "", "secrets");
        assert_eq!(stages, ["ResponseStarted"]);
    }

    #[test]
    fn what_is_no_secret_goes_on_without_the_log() {
        let stages = written("user:ann", "get", "", "configmaps");
        assert_eq!(stages, ["ResponseStarted", "ResponseComplete"]);
        let none = written(
            "system:node:groundwork",
            "update",
            "coordination.k8s.io",
            "leases",
        );
        assert!(none.is_empty());
    }
}
