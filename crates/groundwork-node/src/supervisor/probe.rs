//! Asks a process whether it is ready.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::net::UnixStream,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use reqwest::{Certificate, Identity, blocking::Client};

use super::record;
use crate::processes::{Http, Probe};

/// A process that does not answer for so long is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks; it keeps connections open, so that asking again costs next to nothing.
#[derive(Debug, Default)]
pub struct Prober {
    clients: Mutex<BTreeMap<String, Client>>,
}

impl Prober {
    /// Whether the process `pid` is ready; `Err` says what is missing.
    pub fn probe(&self, probe: &Probe, pid: u32) -> Result<(), String> {
        match probe {
            Probe::Socket(path) => UnixStream::connect(path)
                .map(drop)
                .map_err(|error| format!("its socket: {error}")),
            Probe::Http(http) => self.get(http).map(drop),
            Probe::NodeReady(http) => {
                let age = record::age(pid).ok_or("it has ended")?;
                let started = SystemTime::now() - age;
                node_condition(&self.get(http)?, started)
            }
        }
    }

    fn get(&self, http: &Http) -> Result<String, String> {
        let client = self.client(http)?;
        let response = client.get(&http.url).send().map_err(|error| root(&error))?;
        let status = response.status();
        let body = response.text().map_err(|error| root(&error))?;
        if status.is_success() {
            return Ok(body);
        }
        // The API server lists its checks: those that fail say why.
        let failed = body.lines().find(|line| line.starts_with("[-]"));
        let reason = failed.map(|line| line.trim_start_matches("[-]"));
        Err(format!(
            "answers {}{}",
            status.as_u16(),
            reason.map(|line| format!(": {line}")).unwrap_or_default()
        ))
    }

    fn client(&self, http: &Http) -> Result<Client, String> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&http.url) {
            return Ok(client.clone());
        }
        let client = connect(http)?;
        clients.insert(http.url.clone(), client.clone());
        Ok(client)
    }
}

fn connect(http: &Http) -> Result<Client, String> {
    let read = |path: &std::path::Path| {
        fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    // A person's proxy has no business with the node's own addresses.
    let mut builder = Client::builder().timeout(PATIENCE).no_proxy();
    if let Some(ca) = &http.ca {
        let certificate = Certificate::from_pem(&read(ca)?).map_err(|error| root(&error))?;
        builder = builder.add_root_certificate(certificate);
    }
    if let Some((certificate, key)) = &http.client {
        let mut pem = read(certificate)?;
        pem.extend(read(key)?);
        builder = builder.identity(Identity::from_pem(&pem).map_err(|error| root(&error))?);
    }
    builder.build().map_err(|error| root(&error))
}

/// Whether the node of a node object takes pods, as the kubelet that was started at `started` sees it: its
/// condition `Ready`, and none of those that say what it runs out of. An earlier one's word outlives it by 40 s.
fn node_condition(body: &str, started: SystemTime) -> Result<(), String> {
    let node: serde_json::Value =
        serde_json::from_str(body).map_err(|error| format!("the node object: {error}"))?;
    let conditions = || {
        node["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten()
    };
    let ready = conditions().find(|condition| condition["type"] == "Ready");
    let pressure = conditions().find(|condition| {
        let kind = condition["type"].as_str().unwrap_or_default();
        kind.ends_with("Pressure") && condition["status"] == "True"
    });
    let heartbeat = |condition: &serde_json::Value| {
        let time = condition["lastHeartbeatTime"].as_str()?;
        time.parse::<Timestamp>().ok().map(SystemTime::from)
    };
    match ready {
        // Heartbeats are in whole seconds.
        Some(condition)
            if heartbeat(condition).is_none_or(|time| time + Duration::from_secs(1) < started) =>
        {
            Err("the node has not reported since the kubelet's start".into())
        }
        Some(condition) if condition["status"] == "True" => match pressure {
            None => Ok(()),
            Some(pressure) => Err(format!(
                "the node has {}: {}",
                pressure["type"].as_str().unwrap_or_default(),
                message(pressure)
            )),
        },
        Some(condition) => Err(format!("the node: {}", message(condition))),
        None => Err("the node has not reported yet".into()),
    }
}

fn message(condition: &serde_json::Value) -> &str {
    condition["message"]
        .as_str()
        .unwrap_or("no reason is given")
}

/// The innermost cause, which alone says something new.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-01-01T12:00:00Z";

    fn node(status: &str, message: &str) -> String {
        conditions([("DiskPressure", "False", ""), ("Ready", status, message)])
    }

    fn conditions(all: [(&str, &str, &str); 2]) -> String {
        let conditions = all.map(|(kind, status, message)| {
            serde_json::json!({"type": kind, "status": status, "message": message,
                "lastHeartbeatTime": NOON})
        });
        serde_json::json!({"status": {"conditions": conditions}}).to_string()
    }

    fn at(time: &str) -> SystemTime {
        time.parse::<Timestamp>().unwrap().into()
    }

    #[test]
    fn a_ready_node_is_ready() {
        assert_eq!(node_condition(&node("True", ""), at(NOON)), Ok(()));
    }

    #[test]
    fn a_node_that_is_not_ready_says_why() {
        let body = node("False", "no network");
        let found = node_condition(&body, at(NOON));
        assert_eq!(found, Err("the node: no network".into()));
    }

    #[test]
    fn a_node_that_runs_out_of_something_says_of_what() {
        let pressure = ("DiskPressure", "True", "kubelet has disk pressure");
        let found = node_condition(&conditions([pressure, ("Ready", "True", "")]), at(NOON));
        let reason = "the node has DiskPressure: kubelet has disk pressure";
        assert_eq!(found, Err(reason.into()));
    }

    #[test]
    fn the_word_of_an_earlier_kubelet_does_not_count() {
        let body = node("True", "");
        assert!(node_condition(&body, at("2026-01-01T12:00:05Z")).is_err());
    }

    #[test]
    fn a_socket_that_nobody_listens_on_is_not_ready() {
        let probe = Probe::Socket("/no/such/socket".into());
        assert!(Prober::default().probe(&probe, 1).is_err());
    }
}
