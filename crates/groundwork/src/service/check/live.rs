//! What a running service does: it answers, counts, logs, takes its part in traces, and drains.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::future::{join, join_all};
use groundwork_apply::{Cluster, Endpoint};
use groundwork_process::wait::Wait;
use jiff::Timestamp;
use k8s_openapi::api::{apps::v1::Deployment, core::v1::Pod};
use kube::{
    Api,
    api::{ListParams, LogParams, Patch, PatchParams},
};
use reqwest::{Client, Url};
use serde_json::{Value, json};
use tokio::{sync::watch, time::interval};

use super::Check;

/// For an answer, and for a line to be in the log.
const SOON: Duration = Duration::from_secs(10);
/// For a new pod to take the old one's place, and the old one to end.
const REPLACED: Duration = Duration::from_secs(120);
/// Clients, each of which asks once in a [`PACE`].
const CLIENTS: usize = 5;
const PACE: Duration = Duration::from_millis(50);
/// Figures that every dashboard and alert of services asks for.
const FIGURES: [&str; 2] = [
    "http_requests_total",
    "http_request_duration_seconds_bucket",
];

/// A running service.
struct Live<'a> {
    name: &'a str,
    client: Client,
    /// Where it answers on this machine, and by which name.
    address: Url,
    host: String,
    cluster: &'a Cluster,
}

/// All checks of the service `name` as it runs.
pub(super) async fn checks(name: &str, cluster: &Cluster) -> anyhow::Result<Vec<Check>> {
    let endpoints = cluster.endpoints().await?;
    let running = Endpoint::named(&endpoints, name).ok().and_then(|endpoint| {
        let mut address = Url::parse(&endpoint.url).ok()?;
        let host = address.host_str()?.to_owned();
        // Not every resolver knows names below `localhost`.
        address.set_host(Some("127.0.0.1")).ok()?;
        Some((address, host))
    });
    let Some((address, host)) = running else {
        return Ok(vec![Check::of(
            "it runs and has an address",
            &[format!("no Ingress of {name} is in the cluster")],
            "groundwork deploy",
        )]);
    };
    let client = Client::builder().no_proxy().timeout(SOON).build()?;
    let live = Live {
        name,
        client,
        address,
        host,
        cluster,
    };
    Ok(vec![
        live.answers("/health", "it lives: /health").await,
        live.answers("/ready", "it is ready: /ready").await,
        live.counts().await,
        live.logs().await,
        live.drains().await,
    ])
}

impl Live<'_> {
    /// The answer's status and text.
    async fn get(&self, path: &str, parent: &str) -> Result<(u16, String), String> {
        let mut url = self.address.clone();
        url.set_path(path);
        let request = self.client.get(url).header("host", &self.host);
        let request = request.header("traceparent", parent);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        Ok((status, text))
    }

    /// Whether `path` is answered by 200, soon: after a roll-out the old pod says for a moment that it stops.
    async fn answers(&self, path: &str, name: &'static str) -> Check {
        let wait = Wait::new(path, SOON).every(PACE);
        let answered = wait.until(async || match self.get(path, "").await {
            Ok((200, _)) => Ok(()),
            Ok((status, said)) => Err(format!("{path}: status {status}: {said}")),
            Err(error) => Err(format!("{path}: {error}")),
        });
        let found: Vec<_> = answered
            .done()
            .await
            .err()
            .map(|late| late.missing)
            .into_iter()
            .collect();
        Check::of(name, &found, format!("groundwork logs {}", self.name))
    }

    async fn counts(&self) -> Check {
        let found = match self.get("/metrics", "").await {
            Ok((_, figures)) => FIGURES
                .iter()
                .filter(|figure| !figures.contains(*figure))
                .map(|figure| format!("/metrics has no {figure}"))
                .collect(),
            Err(error) => vec![format!("/metrics: {error}")],
        };
        let fix = "count requests by route and status, as the template's platform code does";
        Check::of("it counts and times its requests", &found, fix)
    }

    /// Sends a request as a part of a trace and looks for that trace in the lines.
    async fn logs(&self) -> Check {
        let trace = format!("{:032x}", Timestamp::now().as_nanosecond());
        let since = Timestamp::now();
        // NB: whatever it answers, it says so: a path that it does not know is 404.
        let asked = self
            .get("/", &format!("00-{trace}-b7ad6b7169203331-01"))
            .await;
        let mut faults = vec![];
        if let Err(error) = asked {
            faults.push(error);
        }
        let wait = Wait::new("its line", SOON).every(PACE);
        let looked = wait.until(async || {
            let lines = self.lines(since).await?;
            let plain = lines.iter().find(|line| !is_line(line));
            if let Some(plain) = plain {
                return Ok(Some(format!(
                    "a line is no JSON with time, level and message: {plain}"
                )));
            }
            match lines.iter().any(|line| line.contains(&trace)) {
                true => Ok(None),
                false => Err("no line has the trace of the request".to_owned()),
            }
        });
        match looked.done().await {
            Ok(found) => faults.extend(found),
            Err(late) => faults.push(late.missing),
        }
        let fix = "log one JSON object a line, and continue `traceparent`";
        Check::of(
            "its lines are JSON and have the trace of the request",
            &faults,
            fix,
        )
    }

    /// What its pods have said since then.
    async fn lines(&self, since: Timestamp) -> Result<Vec<String>, String> {
        let of_it = ListParams::default().labels(&format!("app.kubernetes.io/name={}", self.name));
        let pods: Api<Pod> = Api::all(self.cluster.client().clone());
        let pods = pods.list(&of_it).await.map_err(|error| error.to_string())?;
        let mut lines = vec![];
        for pod in pods {
            let (Some(name), Some(namespace)) = (pod.metadata.name, pod.metadata.namespace) else {
                continue;
            };
            let pods: Api<Pod> = Api::namespaced(self.cluster.client().clone(), &namespace);
            let params = LogParams {
                since_time: serde_json::from_value(json!(since.to_string())).ok(),
                ..LogParams::default()
            };
            let text = pods.logs(&name, &params).await;
            let text = text.map_err(|error| error.to_string())?;
            lines.extend(text.lines().map(str::to_owned));
        }
        Ok(lines)
    }

    /// Has a new pod take the old one's place while requests come.
    async fn drains(&self) -> Check {
        let (end, ended) = watch::channel(false);
        let replacing = async {
            let replaced = self.replace().await;
            end.send_replace(true);
            replaced
        };
        let clients = (0..CLIENTS).map(|_| self.ask(ended.clone()));
        let (replaced, asked) = join(replacing, join_all(clients)).await;
        let requests: usize = asked.iter().map(|(requests, _)| requests).sum();
        let failed: Vec<_> = asked.into_iter().flat_map(|(_, failed)| failed).collect();
        let mut faults = vec![];
        if let Err(error) = replaced {
            faults.push(error);
        }
        if let Some(first) = failed.first() {
            faults.push(format!(
                "{} of {requests} requests failed: {first}",
                failed.len()
            ));
        }
        let fix = "after SIGTERM: not ready, go on for 2 s, then answer what is in flight";
        Check::of("it drains when it is told to stop", &faults, fix)
    }

    /// Starts its pods anew, and waits until the old ones are gone.
    async fn replace(&self) -> Result<(), String> {
        let words = |error: kube::Error| error.to_string();
        let of_it = ListParams::default().labels(&format!("app.kubernetes.io/name={}", self.name));
        let all: Api<Deployment> = Api::all(self.cluster.client().clone());
        let found = all
            .list(&of_it)
            .await
            .map_err(words)?
            .items
            .into_iter()
            .next();
        let found = found.ok_or("it has no Deployment")?;
        let namespace = found.metadata.namespace.unwrap_or_default();
        let name = found.metadata.name.unwrap_or_default();
        let deployments: Api<Deployment> =
            Api::namespaced(self.cluster.client().clone(), &namespace);
        let pods: Api<Pod> = Api::namespaced(self.cluster.client().clone(), &namespace);
        let uids = async || {
            let pods = pods.list(&of_it).await.map_err(words)?;
            let ready = |pod: &Pod| {
                let conditions = pod.status.as_ref().and_then(|it| it.conditions.as_ref());
                conditions.is_some_and(|all| {
                    all.iter()
                        .any(|it| it.type_ == "Ready" && it.status == "True")
                })
            };
            let pods = pods.into_iter();
            let pods = pods.filter_map(|pod| Some((pod.metadata.uid.clone()?, ready(&pod))));
            Ok::<BTreeMap<_, _>, String>(pods.collect())
        };
        let before = uids().await?;
        // As `kubectl rollout restart` does.
        let now = Timestamp::now().to_string();
        let annotation = json!({"kubectl.kubernetes.io/restartedAt": now});
        let patch = json!({"spec": {"template": {"metadata": {"annotations": annotation}}}});
        let (params, patch) = (PatchParams::default(), Patch::Merge(&patch));
        let patched = deployments.patch(&name, &params, &patch);
        patched.await.map_err(words)?;
        let started = Instant::now();
        let wait = Wait::new("its new pod", REPLACED).every(PACE);
        let replaced = wait.until(async || {
            let now = uids().await?;
            let old = now.keys().any(|uid| before.contains_key(uid));
            match !old && now.values().any(|ready| *ready) {
                true => Ok(()),
                false => Err(format!(
                    "its old pod is there after {} s",
                    started.elapsed().as_secs()
                )),
            }
        });
        replaced.done().await.map_err(|late| late.missing)
    }

    async fn ask(&self, end: watch::Receiver<bool>) -> (usize, Vec<String>) {
        let (mut requests, mut failed, mut pace) = (0, vec![], interval(PACE));
        while !*end.borrow() {
            pace.tick().await;
            requests += 1;
            match self.get("/health", "").await {
                Ok((200, _)) => {}
                Ok((status, said)) => failed.push(format!("status {status}: {said}")),
                Err(error) => failed.push(error),
            }
        }
        (requests, failed)
    }
}

/// Whether a line of the log is an object with what each line has.
fn is_line(line: &str) -> bool {
    let object = serde_json::from_str::<Value>(line);
    object.is_ok_and(|it| {
        ["time", "level", "message"]
            .iter()
            .all(|name| it[name].is_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_object_with_what_each_line_has() {
        assert!(is_line(
            r#"{"time":"t","level":"info","message":"m","status":200}"#
        ));
        for other in [
            "plain",
            "{}",
            r#"["time","level","message"]"#,
            r#"{"message":"m"}"#,
        ] {
            assert!(!is_line(other), "{other}");
        }
    }
}
