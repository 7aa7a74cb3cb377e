//! The node's own processes and its network. They run outside of the cluster, so Prometheus is
//! asked, which reads each of them, and what the supervisor tries; the container runtime, which it
//! does not read, is judged by the kubelet that uses it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Node;
use kube::{Api, Client, api::ListParams};
use serde_json::Value;

use super::{
    canary,
    component::{Component, Kind, State},
};

/// As Prometheus' jobs are called, in the order in which the node needs them.
const PROCESSES: [&str; 6] = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
];

/// What is asked, in one query: each figure is told apart by its name, or by the label `figure`.
pub(super) fn query() -> String {
    let jobs = format!("job=~\"{}\"", PROCESSES.join("|"));
    let names = "up|process_resident_memory_bytes|process_start_time_seconds";
    // NB: `or` looks at labels and never at names; without a label of their own these would be dropped.
    let restarts = format!("changes(process_start_time_seconds{{{jobs}}}[1d])");
    let restarts = format!("label_replace({restarts}, \"figure\", \"restarts\", \"\", \"\")");
    let ages = canary::FIGURE;
    format!("{{__name__=~\"{names}\",{jobs}}} or {restarts} or groundwork_link_up or {ages}")
}

/// The network by what Prometheus `answer`ed: as well as the worst of the ways that packets take.
pub(super) fn network(answer: Option<&Value>) -> Component {
    let series = answer.and_then(|answer| answer["data"]["result"].as_array());
    let links = series.into_iter().flatten().filter_map(|series| {
        let link = series["metric"]["link"].as_str()?;
        Some((link, series["value"][1].as_str()?))
    });
    let links: Vec<_> = links.collect();
    let broken: Vec<_> = links
        .iter()
        .filter(|(_, up)| *up != "1")
        .map(|(link, _)| *link)
        .collect();
    let (state, reason) = match (links.is_empty(), broken.is_empty()) {
        (true, _) => (State::Unknown, Some("Prometheus does not say".to_owned())),
        (false, true) => (State::Ready, None),
        (false, false) => {
            let reason = format!("packets do not arrive: {}", broken.join(", "));
            (State::Failed, Some(reason))
        }
    };
    Component {
        name: "network".into(),
        namespace: None,
        kind: Kind::Network,
        state,
        reason,
        memory_bytes: None,
        restarts: None,
        since: None,
    }
}

/// The processes by what Prometheus `answer`ed; without an answer they are unknown.
pub(super) fn processes(answer: Option<&Value>) -> Vec<Component> {
    let mut figures: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let series = answer.and_then(|answer| answer["data"]["result"].as_array());
    for series in series.into_iter().flatten() {
        let of = |name: &str| series["metric"][name].as_str();
        let value = series["value"][1].as_str().and_then(|it| it.parse().ok());
        if let (Some(job), Some(name), Some(value)) =
            (of("job"), of("__name__").or(of("figure")), value)
        {
            figures.insert((job, name), value);
        }
    }
    let component = |name: &str| {
        let of = |figure| figures.get(&(name, figure)).copied();
        let (state, reason) = match of("up") {
            Some(1.0) => (State::Ready, None),
            Some(_) => (State::Failed, Some("Prometheus gets no answer from it")),
            None => (State::Unknown, Some("Prometheus does not say")),
        };
        let since = of("process_start_time_seconds");
        Component {
            name: name.to_owned(),
            namespace: None,
            kind: Kind::Process,
            state,
            reason: reason.map(str::to_owned),
            memory_bytes: of("process_resident_memory_bytes").map(|bytes| bytes as u64),
            restarts: of("restarts").map(|count| count as i64),
            since: since.and_then(|at| Timestamp::from_millisecond((at * 1e3) as i64).ok()),
        }
    };
    PROCESSES.into_iter().map(component).collect()
}

/// containerd, by what the kubelet says about each node.
pub(super) async fn runtime(client: &Client) -> Result<Option<Component>, kube::Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let nodes = nodes.list(&ListParams::default()).await?;
    Ok(nodes.items.first().and_then(of_node))
}

fn of_node(node: &Node) -> Option<Component> {
    let status = node.status.as_ref()?;
    let version = &status.node_info.as_ref()?.container_runtime_version;
    let (name, _) = version.split_once("://")?;
    let ready = status.conditions.iter().flatten();
    let ready = ready.into_iter().find(|it| it.type_ == "Ready")?;
    let state = match &*ready.status {
        "True" => State::Ready,
        "False" => State::Failed,
        _ => State::Unknown,
    };
    let since = ready.last_transition_time.as_ref();
    Some(Component {
        name: name.to_owned(),
        namespace: None,
        kind: Kind::Process,
        state,
        reason: ready.message.clone().filter(|_| state != State::Ready),
        memory_bytes: None,
        restarts: None,
        since: since.and_then(|at| Timestamp::from_second(at.0.timestamp()).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_process_is_what_its_figures_say() {
        let series = |name: &str, job: &str, value: &str| json!({"metric": {"__name__": name, "job": job}, "value": [1.0, value]});
        let answer = json!({"data": {"result": [
            series("up", "etcd", "1"), series("process_resident_memory_bytes", "etcd", "4.8e7"),
            series("process_start_time_seconds", "etcd", "1769000000.5"),
            json!({"metric": {"figure": "restarts", "job": "etcd"}, "value": [1.0, "2"]}),
            series("up", "kubelet", "0")]}});
        let processes = processes(Some(&answer));
        let of = |name: &str| processes.iter().find(|it| it.name == name).unwrap();
        assert_eq!(of("etcd").state, State::Ready);
        assert_eq!(
            (of("etcd").memory_bytes, of("etcd").restarts),
            (Some(48_000_000), Some(2))
        );
        assert_eq!(
            of("etcd").since.unwrap().as_millisecond(),
            1_769_000_000_500
        );
        assert_eq!(of("kubelet").state, State::Failed);
        assert_eq!(of("kube-proxy").state, State::Unknown);
    }

    #[test]
    fn the_network_is_as_well_as_the_worst_of_its_links() {
        let answer = |links: &[(&str, &str)]| {
            let series = links
                .iter()
                .map(|(link, up)| json!({"metric": {"link": link}, "value": [1.0, up]}));
            json!({"data": {"result": series.collect::<Vec<_>>()}})
        };
        let well = network(Some(&answer(&[("pod to pod", "1")])));
        assert_eq!((well.state, well.reason), (State::Ready, None));
        let ill = network(Some(&answer(&[
            ("pod to Service", "1"),
            ("pod to pod", "0"),
        ])));
        assert_eq!(ill.state, State::Failed);
        assert_eq!(
            ill.reason.as_deref(),
            Some("packets do not arrive: pod to pod")
        );
        assert_eq!(network(Some(&answer(&[]))).state, State::Unknown);
        assert_eq!(network(None).state, State::Unknown);
    }

    #[test]
    fn without_prometheus_every_process_is_unknown() {
        let processes = processes(None);
        assert_eq!(processes.len(), PROCESSES.len());
        assert!(processes.iter().all(|it| it.state == State::Unknown));
    }

    #[test]
    fn the_container_runtime_is_as_well_as_its_node() {
        let node = |status: &str| {
            serde_json::from_value(json!({"metadata": {"name": "n"}, "status": {
                "nodeInfo": {"containerRuntimeVersion": "containerd://2.2.0", "architecture": "", "bootID": "",
                    "kernelVersion": "", "kubeProxyVersion": "", "kubeletVersion": "", "machineID": "",
                    "operatingSystem": "", "osImage": "", "systemUUID": ""},
                "conditions": [{"type": "Ready", "status": status, "message": "container runtime is down"}]}}))
            .unwrap()
        };
        let well = of_node(&node("True")).unwrap();
        assert_eq!(
            (&*well.name, well.state, well.reason),
            ("containerd", State::Ready, None)
        );
        let ill = of_node(&node("False")).unwrap();
        assert_eq!(ill.reason.as_deref(), Some("container runtime is down"));
    }
}
