//! Which pods `NetworkPolicies` select, and what may still reach them or leave them
//! (<https://kubernetes.io/docs/concepts/services-networking/network-policies/>).
//!
//! An unknown form selects nothing and lets nothing pass; the API server's validation leaves none.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use k8s_openapi::{
    api::{
        core::v1::{Namespace, Pod},
        networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort},
    },
    apimachinery::pkg::{apis::meta::v1::LabelSelector, util::intstr::IntOrString},
};
use kube::{
    ResourceExt,
    core::{Selector, SelectorExt},
};

/// A pod that at least one policy selects. In a direction that none is about, everything passes.
#[derive(Debug, PartialEq, Eq)]
pub struct IsolatedPod {
    /// Its address.
    pub address: Ipv4Addr,
    /// `namespace/name`.
    pub name: String,
    /// What may reach it.
    pub ingress: Option<Vec<Allowed>>,
    /// What may leave it.
    pub egress: Option<Vec<Allowed>>,
}

/// Packets that may pass: of any of `peers` and any of `ports`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// The other end.
    pub peer: Peer,
    /// The port that is spoken to; none is every protocol.
    pub port: Option<Port>,
}

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// Any other end.
    Anybody,
    /// Pods, by their addresses.
    Pods(BTreeSet<Ipv4Addr>),
    /// A network without parts of it, each as `10.0.0.0/8`.
    Block(String, Vec<String>),
}

/// A port, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// First and last; none is every port.
    pub range: Option<(u16, u16)>,
}

/// What a cluster has, as far as policies are about it.
pub struct Cluster {
    namespaces: BTreeMap<String, BTreeMap<String, String>>,
    pods: Vec<Member>,
}

/// A pod with an address of its own.
struct Member {
    address: Ipv4Addr,
    namespace: String,
    name: String,
    labels: BTreeMap<String, String>,
    /// Named ports: name, protocol, number.
    ports: Vec<(String, String, u16)>,
}

/// The end of a connection that a rule is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

impl Cluster {
    /// The cluster of these objects.
    pub fn new<'a>(
        namespaces: impl IntoIterator<Item = &'a Namespace>,
        pods: impl IntoIterator<Item = &'a Pod>,
    ) -> Self {
        let namespaces = namespaces.into_iter();
        let mut pods: Vec<_> = pods.into_iter().filter_map(member).collect();
        pods.sort_by_key(|pod| pod.address);
        Self {
            namespaces: namespaces
                .map(|it| (it.name_any(), it.labels().clone()))
                .collect(),
            pods,
        }
    }

    /// The pods that `policies` select, by their addresses.
    pub fn isolated<'a>(
        &self,
        policies: impl IntoIterator<Item = &'a NetworkPolicy>,
    ) -> Vec<IsolatedPod> {
        let policies: Vec<_> = policies.into_iter().collect();
        let isolated = self.pods.iter().map(|pod| IsolatedPod {
            address: pod.address,
            name: format!("{}/{}", pod.namespace, pod.name),
            ingress: self.allowed(pod, &policies, Direction::Ingress),
            egress: self.allowed(pod, &policies, Direction::Egress),
        });
        isolated
            .filter(|pod| pod.ingress.is_some() || pod.egress.is_some())
            .collect()
    }

    fn allowed(
        &self,
        pod: &Member,
        policies: &[&NetworkPolicy],
        direction: Direction,
    ) -> Option<Vec<Allowed>> {
        let mut selecting = policies
            .iter()
            .filter(|policy| selects(policy, pod) && is_about(policy, direction))
            .peekable();
        selecting.peek()?;
        let mut allowed = BTreeSet::new();
        for policy in selecting {
            let namespace = policy.namespace().unwrap_or_default();
            for (peers, ports) in rules(policy, direction) {
                for peer in self.peers(&namespace, peers) {
                    allowed.extend(self.with_ports(&peer, ports, pod, direction));
                }
            }
        }
        Some(allowed.into_iter().collect())
    }

    /// The ends that a rule of a policy in `namespace` lets pass.
    fn peers(&self, namespace: &str, peers: &[NetworkPolicyPeer]) -> Vec<Peer> {
        if peers.is_empty() {
            return vec![Peer::Anybody];
        }
        let blocks = peers.iter().filter_map(|peer| peer.ip_block.as_ref());
        let mut all: Vec<_> = blocks
            // Pods have no address of IPv6.
            .filter(|block| !block.cidr.contains(':'))
            .map(|block| Peer::Block(block.cidr.clone(), block.except.clone().unwrap_or_default()))
            .collect();
        let is_meant = |pod: &&Member| peers.iter().any(|peer| self.is_peer(namespace, peer, pod));
        let pods = self.pods.iter().filter(is_meant).map(|pod| pod.address);
        all.push(Peer::Pods(pods.collect()));
        all
    }

    fn is_peer(&self, namespace: &str, peer: &NetworkPolicyPeer, pod: &Member) -> bool {
        let in_namespace = match &peer.namespace_selector {
            Some(selector) => self
                .namespaces
                .get(&pod.namespace)
                .is_some_and(|labels| matches(selector, labels)),
            None => peer.pod_selector.is_some() && pod.namespace == namespace,
        };
        let selector = peer.pod_selector.as_ref();
        in_namespace && selector.is_none_or(|selector| matches(selector, &pod.labels))
    }

    /// `peer` at each of `ports`. A port's name is the receiver's: of `pod`, or of the pods that it
    /// speaks to, where each may have another number for it.
    fn with_ports(
        &self,
        peer: &Peer,
        ports: &[NetworkPolicyPort],
        pod: &Member,
        direction: Direction,
    ) -> Vec<Allowed> {
        let at = |peer: &Peer, port| Allowed {
            peer: peer.clone(),
            port,
        };
        if ports.is_empty() {
            return vec![at(peer, None)];
        }
        let mut allowed = Vec::new();
        for port in ports {
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let of = |range| {
                Some(Port {
                    protocol: protocol.to_lowercase(),
                    range,
                })
            };
            let named = |pod: &Member, name: &str| {
                let mut ports = pod.ports.iter();
                ports
                    .find(|it| it.0 == name && it.1 == protocol)
                    .map(|it| it.2)
            };
            match (&port.port, direction) {
                (None, _) => allowed.push(at(peer, of(None))),
                (Some(IntOrString::Int(first)), _) => {
                    let last = port.end_port.unwrap_or(*first);
                    if let (Ok(first), Ok(last)) = (u16::try_from(*first), u16::try_from(last)) {
                        allowed.push(at(peer, of(Some((first, last)))));
                    }
                }
                (Some(IntOrString::String(name)), Direction::Ingress) => {
                    let number = named(pod, name);
                    allowed.extend(number.map(|it| at(peer, of(Some((it, it))))));
                }
                (Some(IntOrString::String(name)), Direction::Egress) => {
                    let mut by_number: BTreeMap<u16, BTreeSet<Ipv4Addr>> = BTreeMap::new();
                    for member in self.pods.iter().filter(|it| peer.may_be(it.address)) {
                        if let Some(number) = named(member, name) {
                            by_number.entry(number).or_default().insert(member.address);
                        }
                    }
                    let each = by_number.into_iter();
                    allowed.extend(each.map(|(number, addresses)| {
                        at(&Peer::Pods(addresses), of(Some((number, number))))
                    }));
                }
            }
        }
        allowed
    }
}

impl Peer {
    /// Whether a pod at `address` is meant by itself; a network names no pods.
    fn may_be(&self, address: Ipv4Addr) -> bool {
        match self {
            Self::Anybody => true,
            Self::Pods(addresses) => addresses.contains(&address),
            Self::Block(..) => false,
        }
    }
}

/// None for a pod that has ended, has no address yet, or has the machine's.
fn member(pod: &Pod) -> Option<Member> {
    let (spec, status) = (pod.spec.as_ref()?, pod.status.as_ref()?);
    let has_ended = matches!(status.phase.as_deref(), Some("Succeeded" | "Failed"));
    if spec.host_network == Some(true) || has_ended {
        return None;
    }
    // A container beside the others for good is an initial one that is started again (sidecar).
    let containers = spec
        .containers
        .iter()
        .chain(spec.init_containers.iter().flatten());
    let ports = containers.flat_map(|container| container.ports.iter().flatten());
    Some(Member {
        address: status.pod_ip.as_deref()?.parse().ok()?,
        namespace: pod.namespace()?,
        name: pod.name_any(),
        labels: pod.labels().clone(),
        ports: ports
            .filter_map(|port| {
                let protocol = port.protocol.clone().unwrap_or_else(|| "TCP".into());
                let number = u16::try_from(port.container_port).ok()?;
                Some((port.name.clone()?, protocol, number))
            })
            .collect(),
    })
}

fn selects(policy: &NetworkPolicy, pod: &Member) -> bool {
    let selector = policy
        .spec
        .as_ref()
        .and_then(|spec| spec.pod_selector.as_ref());
    policy.namespace().as_ref() == Some(&pod.namespace)
        && selector.is_none_or(|selector| matches(selector, &pod.labels))
}

/// Without types it is about ingress, and about egress where it has a rule for it.
fn is_about(policy: &NetworkPolicy, direction: Direction) -> bool {
    let Some(spec) = &policy.spec else {
        return false;
    };
    let egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
    match (spec.policy_types.as_deref(), direction) {
        (None | Some([]), Direction::Ingress) => true,
        (None | Some([]), Direction::Egress) => egress,
        (Some(types), Direction::Ingress) => types.iter().any(|it| it == "Ingress"),
        (Some(types), Direction::Egress) => types.iter().any(|it| it == "Egress"),
    }
}

/// Peers and ports of each rule of a policy.
fn rules(
    policy: &NetworkPolicy,
    direction: Direction,
) -> Vec<(&[NetworkPolicyPeer], &[NetworkPolicyPort])> {
    let Some(spec) = &policy.spec else {
        return Vec::new();
    };
    match direction {
        Direction::Ingress => {
            let rules = spec.ingress.iter().flatten();
            rules
                .map(|it| {
                    (
                        it.from.as_deref().unwrap_or_default(),
                        it.ports.as_deref().unwrap_or_default(),
                    )
                })
                .collect()
        }
        Direction::Egress => {
            let rules = spec.egress.iter().flatten();
            rules
                .map(|it| {
                    (
                        it.to.as_deref().unwrap_or_default(),
                        it.ports.as_deref().unwrap_or_default(),
                    )
                })
                .collect()
        }
    }
}

fn matches(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    Selector::try_from(selector.clone()).is_ok_and(|selector| selector.matches(labels))
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
