//! Asks a process whether it is ready.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::net::UnixStream,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Certificate, Identity, blocking::Client};

use crate::processes::{Http, Probe};

/// A process that does not answer for so long is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks; it keeps connections open, so that asking again costs next to nothing.
#[derive(Debug, Default)]
pub struct Prober {
    clients: Mutex<BTreeMap<String, Client>>,
}

impl Prober {
    /// Whether the process is ready; `Err` says what is missing.
    pub fn probe(&self, probe: &Probe) -> Result<(), String> {
        match probe {
            Probe::Socket(path) => UnixStream::connect(path)
                .map(drop)
                .map_err(|error| format!("its socket: {error}")),
            Probe::Http(http) => self.get(http).map(drop),
            Probe::NodeReady(http) => node_condition(&self.get(http)?),
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

/// The condition `Ready` of a node object.
fn node_condition(body: &str) -> Result<(), String> {
    let node: serde_json::Value =
        serde_json::from_str(body).map_err(|error| format!("the node object: {error}"))?;
    let conditions = node["status"]["conditions"].as_array();
    let ready = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition["type"] == "Ready");
    match ready {
        Some(condition) if condition["status"] == "True" => Ok(()),
        Some(condition) => Err(format!(
            "the node: {}",
            condition["message"].as_str().unwrap_or("not ready")
        )),
        None => Err("the node has not reported yet".into()),
    }
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

    #[test]
    fn a_ready_node_is_ready() {
        let body = r#"{"status":{"conditions":[{"type":"DiskPressure","status":"False"},{"type":"Ready","status":"True"}]}}"#;
        assert_eq!(node_condition(body), Ok(()));
    }

    #[test]
    fn a_node_that_is_not_ready_says_why() {
        let body = r#"{"status":{"conditions":[{"type":"Ready","status":"False","message":"no network"}]}}"#;
        assert_eq!(node_condition(body), Err("the node: no network".into()));
    }

    #[test]
    fn a_socket_that_nobody_listens_on_is_not_ready() {
        let probe = Probe::Socket("/no/such/socket".into());
        assert!(Prober::default().probe(&probe).is_err());
    }
}
