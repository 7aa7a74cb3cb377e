//! What `status` says: the components' states folded into one.

use groundwork_apply::Endpoint;
use groundwork_contract::ComponentState;
use groundwork_node::NodeStatus;
use serde::Serialize;

use crate::table;

/// How the whole is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Everything is ready.
    Running,
    /// Something runs, and something is not ready.
    Degraded,
    /// Nothing runs.
    Stopped,
}

/// The answer of `status`; its JSON is a contract.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The whole.
    pub state: State,
    /// Node processes first, then the network, then workloads.
    pub components: Vec<ComponentState>,
    /// Where the stack answers.
    pub endpoints: Vec<Endpoint>,
    /// Nothing runs because the machine has been booted; told to people alone.
    #[serde(skip)]
    pub rebooted: bool,
}

impl Status {
    /// The answer where nothing runs.
    pub fn stopped(node: NodeStatus) -> Self {
        Self {
            state: State::Stopped,
            components: node.processes,
            endpoints: Vec::new(),
            rebooted: node.rebooted,
        }
    }

    /// Folds what the node, its network and the cluster say. `workloads` is what runs on the cluster
    /// and where it answers, or why the cluster does not tell.
    pub fn fold(
        node: NodeStatus,
        network: ComponentState,
        workloads: Result<(Vec<ComponentState>, Vec<Endpoint>), String>,
    ) -> Self {
        let mut components = node.processes;
        if node.supervisor_pid.is_none() {
            components.push(missing(
                "supervisor",
                "it does not answer; `groundwork up` starts it again",
            ));
        }
        components.push(network);
        let endpoints = match workloads {
            Ok((workloads, endpoints)) => {
                components.extend(workloads);
                endpoints
            }
            Err(reason) => {
                components.push(missing("workloads", &reason));
                Vec::new()
            }
        };
        let state = if components.iter().all(|component| component.ready) {
            State::Running
        } else {
            State::Degraded
        };
        Self {
            state,
            components,
            endpoints,
            rebooted: false,
        }
    }

    /// The answer for a person.
    pub fn lines(&self) -> Vec<String> {
        let state = match self.state {
            State::Running => "running",
            State::Degraded => "degraded",
            State::Stopped if self.rebooted => "stopped by a reboot; `groundwork up` goes on",
            State::Stopped => "stopped",
        };
        let mut lines = vec![state.to_owned()];
        if !self.components.is_empty() {
            let heading = ["COMPONENT", "READY", "RESTARTS", "MEMORY", "REASON"];
            let rows: Vec<_> = [heading.map(str::to_owned)]
                .into_iter()
                .chain(self.components.iter().map(row))
                .collect();
            lines.push(String::new());
            lines.extend(table::aligned(&rows));
        }
        if !self.endpoints.is_empty() {
            lines.push(String::new());
            lines.extend(endpoint_lines(&self.endpoints));
        }
        lines
    }
}

/// Whether anything of the node runs.
pub fn runs(node: &NodeStatus) -> bool {
    node.supervisor_pid.is_some()
        || node
            .processes
            .iter()
            .any(|process| process.ready || process.memory_bytes > 0)
}

/// The endpoint table, the console first: it shows what answers at the others.
pub fn endpoint_lines(endpoints: &[Endpoint]) -> Vec<String> {
    let mut endpoints: Vec<_> = endpoints.iter().collect();
    endpoints.sort_by_key(|endpoint| endpoint.name != "console");
    let rows: Vec<_> = endpoints
        .into_iter()
        .map(|endpoint| [endpoint.name.clone(), endpoint.url.clone()])
        .collect();
    table::aligned(&rows)
}

fn row(component: &ComponentState) -> [String; 5] {
    [
        component.name.clone(),
        if component.ready { "yes" } else { "no" }.into(),
        component.restarts.to_string(),
        table::bytes(component.memory_bytes),
        component.reason.clone(),
    ]
}

fn missing(name: &str, reason: &str) -> ComponentState {
    ComponentState {
        name: name.into(),
        ready: false,
        restarts: 0,
        memory_bytes: 0,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, ready: bool, memory_bytes: u64) -> ComponentState {
        ComponentState {
            name: name.into(),
            ready,
            restarts: 0,
            memory_bytes,
            reason: if ready { "" } else { "no answer" }.into(),
        }
    }

    fn node(supervisor_pid: Option<u32>, etcd: ComponentState) -> NodeStatus {
        NodeStatus {
            supervisor_pid,
            processes: vec![etcd],
            rebooted: false,
        }
    }

    fn hello() -> Endpoint {
        Endpoint {
            name: "hello".into(),
            url: "http://127.0.0.1:8080".into(),
        }
    }

    #[test]
    fn it_runs_when_every_process_and_workload_is_ready() {
        let status = Status::fold(
            node(Some(1), component("etcd", true, 48_000_000)),
            component("network", true, 0),
            Ok((vec![component("hello", true, 0)], vec![hello()])),
        );
        assert_eq!(status.state, State::Running);
        assert_eq!(
            status.lines(),
            [
                "running",
                "",
                "COMPONENT  READY  RESTARTS  MEMORY  REASON",
                "etcd       yes    0         48 MB",
                "network    yes    0         -",
                "hello      yes    0         -",
                "",
                "hello  http://127.0.0.1:8080"
            ]
        );
    }

    #[test]
    fn the_console_is_the_first_of_the_endpoints() {
        let end = |name: &str| Endpoint {
            name: name.into(),
            url: format!("http://{name}"),
        };
        assert_eq!(
            endpoint_lines(&[end("alerts"), end("console"), end("hello")]),
            [
                "console  http://console",
                "alerts   http://alerts",
                "hello    http://hello"
            ]
        );
    }

    #[test]
    fn it_is_stopped_when_nothing_runs() {
        let status = Status::stopped(node(None, component("etcd", false, 0)));
        assert_eq!(status.state, State::Stopped);
    }

    #[test]
    fn a_reboot_is_told_with_what_goes_on() {
        let node = NodeStatus {
            rebooted: true,
            ..node(None, component("etcd", false, 0))
        };
        let status = Status::stopped(node);
        assert_eq!(
            status.lines()[0],
            "stopped by a reboot; `groundwork up` goes on"
        );
    }

    #[test]
    fn a_cluster_that_does_not_answer_is_degraded_and_says_why() {
        let refused = Err("connection refused".to_owned());
        let node = node(Some(1), component("etcd", true, 1));
        let status = Status::fold(node, component("network", true, 0), refused);
        assert_eq!(status.state, State::Degraded);
        assert_eq!(status.components[2].reason, "connection refused");
    }

    #[test]
    fn packets_that_do_not_arrive_are_degraded() {
        let node = node(Some(1), component("etcd", true, 1));
        let status = Status::fold(node, component("network", false, 0), Ok((vec![], vec![])));
        assert_eq!(status.state, State::Degraded);
    }

    #[test]
    fn processes_without_their_supervisor_are_degraded() {
        let node = node(None, component("etcd", true, 1));
        let network = component("network", true, 0);
        let status = Status::fold(node, network, Ok((vec![], vec![])));
        assert_eq!(status.state, State::Degraded);
        assert_eq!(status.components[1].name, "supervisor");
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        let status = Status::fold(
            node(Some(1), component("etcd", true, 7)),
            component("network", true, 0),
            Ok((vec![], vec![hello()])),
        );
        assert_eq!(
            serde_json::to_value(&status).unwrap(),
            serde_json::json!({
                "state": "running",
                "components": [{"name": "etcd", "ready": true, "restarts": 0, "memory_bytes": 7, "reason": ""},
                               {"name": "network", "ready": true, "restarts": 0, "memory_bytes": 0, "reason": ""}],
                "endpoints": [{"name": "hello", "url": "http://127.0.0.1:8080"}],
            })
        );
    }
}
