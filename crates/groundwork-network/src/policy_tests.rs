use serde_json::{Value, json};

use super::*;

/// The usual cluster: two namespaces, three pods that serve and ask, one on the machine's own network.
fn isolated(policies: Value) -> Vec<IsolatedPod> {
    let namespaces: Vec<Namespace> = serde_json::from_value(json!([
        {"metadata": {"name": "desk", "labels": {"team": "trading"}}},
        {"metadata": {"name": "risk", "labels": {"team": "risk"}}},
    ]))
    .unwrap();
    let pod = |namespace: &str, name: &str, address: &str, port: u16| {
        json!({
            "metadata": {"namespace": namespace, "name": name, "labels": {"app": name}},
            "spec": {"containers": [{"name": "a", "ports": [{"name": "http", "containerPort": port}]}]},
            "status": {"phase": "Running", "podIP": address},
        })
    };
    let mut ended = pod("desk", "ended", "10.213.0.2", 8080);
    ended["status"]["phase"] = "Succeeded".into();
    let mut on_machine = pod("desk", "on-machine", "10.213.254.1", 8080);
    on_machine["spec"]["hostNetwork"] = true.into();
    let pods: Vec<Pod> = serde_json::from_value(json!([
        pod("desk", "book", "10.213.0.10", 8080),
        pod("desk", "feed", "10.213.0.11", 9090),
        pod("risk", "limits", "10.213.0.20", 8080),
        ended,
        on_machine,
    ]))
    .unwrap();
    let policies: Vec<NetworkPolicy> = serde_json::from_value(policies).unwrap();
    Cluster::new(&namespaces, &pods).isolated(&policies)
}

fn policy(spec: &Value) -> Value {
    json!([{"metadata": {"namespace": "desk", "name": "a"}, "spec": spec}])
}

fn names(pods: &[IsolatedPod]) -> Vec<&str> {
    pods.iter().map(|pod| pod.name.as_str()).collect()
}

fn pods(addresses: &[&str]) -> Peer {
    Peer::Pods(addresses.iter().map(|it| it.parse().unwrap()).collect())
}

/// What the pod `book` takes under a policy with these ingress rules.
fn book_takes(ingress: &Value) -> Vec<Allowed> {
    let spec = json!({"podSelector": {"matchLabels": {"app": "book"}}, "ingress": ingress});
    let mut found = isolated(policy(&spec));
    assert_eq!(names(&found), ["desk/book"]);
    found.remove(0).ingress.unwrap()
}

/// Where the pod `book` gets under a policy with these egress rules.
fn book_reaches(egress: &Value) -> Vec<Allowed> {
    let spec = json!({
        "podSelector": {"matchLabels": {"app": "book"}},
        "policyTypes": ["Egress"],
        "egress": egress,
    });
    isolated(policy(&spec)).remove(0).egress.unwrap()
}

fn tcp(first: u16, last: u16) -> Option<Port> {
    Some(Port {
        protocol: "tcp".into(),
        range: Some((first, last)),
    })
}

#[test]
fn without_a_policy_no_pod_is_isolated() {
    assert_eq!(isolated(json!([])), []);
}

#[test]
fn the_default_denial_isolates_every_pod_of_its_namespace_that_has_an_address_of_its_own() {
    let found = isolated(policy(
        &json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
    ));
    assert_eq!(names(&found), ["desk/book", "desk/feed"]);
    for pod in found {
        assert_eq!((pod.ingress, pod.egress), (Some(vec![]), Some(vec![])));
    }
}

#[test]
fn without_types_a_policy_is_about_ingress_and_about_egress_where_it_has_a_rule_for_it() {
    let ingress = &isolated(policy(&json!({"podSelector": {}})))[0];
    assert!(ingress.ingress.is_some() && ingress.egress.is_none());
    let both = &isolated(policy(&json!({"podSelector": {}, "egress": [{}]})))[0];
    assert!(both.ingress.is_some() && both.egress.is_some());
    let egress = json!({"podSelector": {}, "policyTypes": ["Egress"]});
    assert!(isolated(policy(&egress))[0].ingress.is_none());
}

#[test]
fn a_rule_without_ends_lets_everybody_pass() {
    let anybody = Allowed {
        peer: Peer::Anybody,
        port: None,
    };
    assert_eq!(book_takes(&json!([{}])), [anybody]);
}

#[test]
fn an_end_is_a_pod_of_the_same_namespace_or_of_those_selected_or_of_both() {
    let peer = |from: Value| book_takes(&json!([{"from": [from]}])).remove(0).peer;
    let feed = json!({"matchLabels": {"app": "feed"}});
    let risk = json!({"matchLabels": {"team": "risk"}});
    assert_eq!(peer(json!({"podSelector": feed})), pods(&["10.213.0.11"]));
    assert_eq!(
        peer(json!({"podSelector": {}})),
        pods(&["10.213.0.10", "10.213.0.11"])
    );
    assert_eq!(
        peer(json!({"namespaceSelector": risk})),
        pods(&["10.213.0.20"])
    );
    assert_eq!(
        peer(json!({"namespaceSelector": risk, "podSelector": feed})),
        pods(&[])
    );
    assert_eq!(
        peer(json!({"namespaceSelector": {}})),
        pods(&["10.213.0.10", "10.213.0.11", "10.213.0.20"])
    );
}

#[test]
fn an_end_is_a_network_without_parts_of_it() {
    let blocks = json!([{"from": [
        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
        {"ipBlock": {"cidr": "2001:db8::/32"}},
    ]}]);
    let block = Allowed {
        peer: Peer::Block("10.0.0.0/8".into(), vec!["10.1.0.0/16".into()]),
        port: None,
    };
    assert!(book_takes(&blocks).contains(&block));
    assert_eq!(book_takes(&blocks).len(), 2, "the other one has no pods");
}

#[test]
fn a_port_is_a_number_a_range_a_protocol_or_a_name() {
    let port = |port: Value| {
        let mut allowed = book_takes(&json!([{"ports": [port]}])).into_iter();
        allowed.next().map(|it| it.port)
    };
    assert_eq!(port(json!({"port": 80})), Some(tcp(80, 80)));
    assert_eq!(port(json!({"port": 80, "endPort": 90})), Some(tcp(80, 90)));
    let udp = Port {
        protocol: "udp".into(),
        range: None,
    };
    assert_eq!(port(json!({"protocol": "UDP"})), Some(Some(udp)));
    assert_eq!(port(json!({"port": "http"})), Some(tcp(8080, 8080)));
    assert_eq!(port(json!({"port": "no-such"})), None);
    assert_eq!(port(json!({"port": "http", "protocol": "UDP"})), None);
}

#[test]
fn the_name_of_a_port_is_that_of_the_pods_that_are_spoken_to() {
    let rules = json!([{"to": [{"podSelector": {}}], "ports": [{"port": "http"}]}]);
    let at = |address, port| Allowed {
        peer: pods(&[address]),
        port: tcp(port, port),
    };
    assert_eq!(
        book_reaches(&rules),
        [at("10.213.0.10", 8080), at("10.213.0.11", 9090)]
    );
}

#[test]
fn what_one_policy_allows_another_does_not_forbid() {
    let found = isolated(json!([
        {"metadata": {"namespace": "desk", "name": "none"}, "spec": {"podSelector": {}}},
        {"metadata": {"namespace": "desk", "name": "web"},
         "spec": {"podSelector": {"matchLabels": {"app": "book"}}, "ingress": [{"ports": [{"port": 8080}]}]}},
        {"metadata": {"namespace": "risk", "name": "another-namespace-s"},
         "spec": {"podSelector": {"matchLabels": {"app": "book"}}, "ingress": [{}]}},
    ]));
    let allowed = Allowed {
        peer: Peer::Anybody,
        port: tcp(8080, 8080),
    };
    assert_eq!(found[0].ingress.as_deref(), Some([allowed].as_slice()));
    assert_eq!(found[1].ingress.as_deref(), Some([].as_slice()));
}
