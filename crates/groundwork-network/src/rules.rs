//! The rules of the packet filter, as text for `nft -f`: one table of our own, made anew as a whole, so
//! that no packet ever meets half of it.

use std::fmt::{self, Write};

use crate::policy::{Allowed, IsolatedPod, Peer, Port};

/// The table. `down` and `destroy` remove it by this name.
pub const TABLE: &str = "groundwork-policies";

/// How long a comment may be, in bytes (nft(8)); names are of ASCII. One that is too long would keep all
/// rules from being loaded. A pod that somebody made by hand may have a name of 253.
const COMMENT: usize = 128;

/// Empties the table and fills it with what `pods` asks for.
///
/// Each pod has a chain for each direction that a policy is about. It accepts what may pass and refuses
/// the rest, so that a client is told and does not wait. An accepted packet still passes the chain of the
/// other end: that is another chain of the same hook. Packets of the machine itself to a pod skip all of
/// them, as the kubelet's probes must.
pub fn ruleset(pods: &[IsolatedPod]) -> String {
    let mut text = format!("add table ip {TABLE}\ndelete table ip {TABLE}\n");
    if pods.is_empty() {
        return text;
    }
    // A String takes everything.
    let _ = write(&mut text, pods);
    text
}

fn write(text: &mut String, pods: &[IsolatedPod]) -> fmt::Result {
    writeln!(text, "table ip {TABLE} {{")?;
    for pod in pods {
        if let Some(allowed) = &pod.egress {
            chain(text, pod, "from", "daddr", allowed)?;
        }
        if let Some(allowed) = &pod.ingress {
            chain(text, pod, "to", "saddr", allowed)?;
        }
    }
    map(text, "from", pods.iter().filter(|pod| pod.egress.is_some()))?;
    map(text, "to", pods.iter().filter(|pod| pod.ingress.is_some()))?;
    // A pod's packet to another pod is forwarded; one to a process of the machine is input.
    base(
        text,
        "from-pods",
        "forward priority filter",
        "saddr",
        "from",
    )?;
    base(
        text,
        "to-pods",
        "forward priority filter + 1",
        "daddr",
        "to",
    )?;
    base(text, "to-machine", "input priority filter", "saddr", "from")?;
    writeln!(text, "}}")
}

fn chain(
    text: &mut String,
    pod: &IsolatedPod,
    direction: &str,
    other: &str,
    allowed: &[Allowed],
) -> fmt::Result {
    let IsolatedPod { address, name, .. } = pod;
    let name = &name[..name.len().min(COMMENT)];
    writeln!(text, "  chain {direction}-{address} {{")?;
    // To itself by way of its Service.
    writeln!(text, "    ip {other} {address} accept")?;
    for Allowed { peer, port } in allowed {
        if let Some(peer) = matching(peer, other) {
            let port = port.as_ref().map(ToString::to_string).unwrap_or_default();
            writeln!(text, "    {peer}{port}accept")?;
        }
    }
    // NB: on a bridge the kernel sends a reset past the translation of addresses (nf_send_reset), so that who
    // asked a Service would not know it. ICMP is translated; the client hears it at its second try, after 1 s.
    writeln!(
        text,
        "    ct status dnat reject comment \"{name}\"
    meta l4proto tcp reject with tcp reset comment \"{name}\"
    reject comment \"{name}\"
  }}"
    )
}

/// The part of a rule that names the other end, if it has one.
fn matching(peer: &Peer, other: &str) -> Option<String> {
    Some(match peer {
        Peer::Anybody => String::new(),
        Peer::Pods(addresses) if addresses.is_empty() => return None,
        Peer::Pods(addresses) => {
            let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            format!("ip {other} {{ {} }} ", addresses.join(", "))
        }
        Peer::Block(network, except) => {
            let except = except.iter().map(|it| format!("ip {other} != {it} "));
            let except: Vec<_> = except.collect();
            format!("ip {other} {network} {}", except.concat())
        }
    })
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = &self.protocol;
        match self.range {
            None => write!(f, "meta l4proto {protocol} "),
            Some((first, last)) if first == last => write!(f, "{protocol} dport {first} "),
            Some((first, last)) => write!(f, "{protocol} dport {first}-{last} "),
        }
    }
}

/// Leads packets to the chain of their pod.
fn map<'a>(
    text: &mut String,
    direction: &str,
    pods: impl Iterator<Item = &'a IsolatedPod>,
) -> fmt::Result {
    writeln!(text, "  map {direction} {{\n    type ipv4_addr : verdict")?;
    let elements = pods.map(|pod| format!("{0} : jump {direction}-{0}", pod.address));
    let elements: Vec<_> = elements.collect();
    if !elements.is_empty() {
        writeln!(text, "    elements = {{ {} }}", elements.join(", "))?;
    }
    writeln!(text, "  }}")
}

fn base(text: &mut String, name: &str, hook: &str, end: &str, map: &str) -> fmt::Result {
    writeln!(
        text,
        "  chain {name} {{
    type filter hook {hook}; policy accept;
    ct state established,related accept
    ip {end} vmap @{map}
  }}"
    )
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn pod(ingress: Option<Vec<Allowed>>, egress: Option<Vec<Allowed>>) -> IsolatedPod {
        IsolatedPod {
            address: Ipv4Addr::new(10, 213, 0, 7),
            name: "desk/web".into(),
            ingress,
            egress,
        }
    }

    fn port(range: Option<(u16, u16)>) -> Option<Port> {
        Some(Port {
            protocol: "tcp".into(),
            range,
        })
    }

    #[test]
    fn without_policies_there_is_no_table() {
        assert_eq!(
            ruleset(&[]),
            "add table ip groundwork-policies\ndelete table ip groundwork-policies\n"
        );
    }

    #[test]
    fn what_is_not_allowed_is_refused_at_once() {
        let text = ruleset(&[pod(Some(vec![]), None)]);
        assert!(
            text.contains(
                "  chain to-10.213.0.7 {
    ip saddr 10.213.0.7 accept
    ct status dnat reject comment \"desk/web\"
    meta l4proto tcp reject with tcp reset comment \"desk/web\"
    reject comment \"desk/web\"
  }"
            ),
            "{text}"
        );
        assert!(!text.contains("chain from-10.213.0.7"), "{text}");
    }

    #[test]
    fn a_name_longer_than_a_comment_may_be_is_cut() {
        let pod = IsolatedPod {
            name: format!("desk/{}", "a".repeat(253)),
            ..pod(Some(vec![]), None)
        };
        let text = ruleset(&[pod]);
        let comments = || text.lines().filter_map(|line| line.split('"').nth(1));
        assert_eq!(comments().count(), 3);
        assert!(comments().all(|comment| comment.len() == 128));
    }

    #[test]
    fn what_is_allowed_has_a_rule_for_each_end_and_port() {
        let pods = Peer::Pods([Ipv4Addr::new(10, 213, 0, 9), Ipv4Addr::new(10, 213, 0, 8)].into());
        let block = Peer::Block("10.0.0.0/8".into(), vec!["10.1.0.0/16".into()]);
        let allowed = |peer: &Peer, port| Allowed {
            peer: peer.clone(),
            port,
        };
        let text = ruleset(&[pod(
            None,
            Some(vec![
                allowed(&Peer::Anybody, port(None)),
                allowed(&pods, port(Some((80, 80)))),
                allowed(&pods, port(Some((8000, 8010)))),
                allowed(&block, None),
                allowed(&Peer::Pods([].into()), None),
            ]),
        )]);
        let rules: Vec<_> = text
            .lines()
            .filter(|line| line.ends_with(" accept"))
            .collect();
        assert_eq!(
            rules[..5],
            [
                "    ip daddr 10.213.0.7 accept",
                "    meta l4proto tcp accept",
                "    ip daddr { 10.213.0.8, 10.213.0.9 } tcp dport 80 accept",
                "    ip daddr { 10.213.0.8, 10.213.0.9 } tcp dport 8000-8010 accept",
                "    ip daddr 10.0.0.0/8 ip daddr != 10.1.0.0/16 accept",
            ]
        );
    }
}
