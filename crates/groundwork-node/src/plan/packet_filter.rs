//! The node's nftables table, and in the end those that kube-proxy and the CNI plugins make.

use std::path::{Path, PathBuf};

use groundwork_contract::Stack;
use groundwork_process::exec::Command;
use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{error::Error, node::Node, state::StateDir};

/// Our own table.
const TABLE: &str = "groundwork";
/// Loopback addresses are for this machine alone, the stack's for this machine and its pods: a
/// neighbour needs only a route to reach addresses on a bridge. As `nft` itself writes them.
const RULES: [&str; 2] = [
    r#"iifname != "lo" ip daddr 127.0.0.0/8 drop"#,
    r#"iifname != "lo" iifname != "gw-node" iifname != "gw-pods" ip daddr 10.213.0.0/16 drop"#,
];
/// Connections to pods begin on this machine or in its pods alone: a `hostPort` answers at all addresses
/// of the machine, and here it is on its way to the pod.
const NEIGHBOURS: &str =
    r#"iifname != "gw-node" iifname != "gw-pods" oifname "gw-pods" ct state new drop"#;
/// What is still on its way to a Service once kube-proxy has sent on what it knows: no Service has the
/// address. kube-proxy drops some of it without a word and lets the rest leave the machine.
// NB: of ICMP's refusals, which the second rule sends, the kernel lets one go to each peer a second.
const NO_SERVICE: [&str; 2] = [
    "ip daddr 10.213.128.0/20 reject with tcp reset",
    "ip daddr 10.213.128.0/20 reject",
];
/// What pods send from the link-local addresses of IPv6 that the kernel gives them, past all of the
/// above and past every network policy.
const IPV6: &str = r#"iifname "gw-pods" drop"#;
/// All tables of a node: ours, the network controller's, kube-proxy's, and those of the CNI plugins `bridge`
/// and `portmap`.
pub const TABLES: [&str; 5] = [
    TABLE,
    "groundwork-policies",
    "kube-proxy",
    "cni_plugins_masquerade",
    "cni_hostport",
];

/// Keeps pods and neighbours away from the host's loopback address: kube-proxy sends what comes for
/// its services there on to a pod, wherever it comes from, and `route_localnet` lets pods reach the
/// rest. And keeps neighbours away from the node, its pods and its services, refuses addresses
/// that no Service has, and lets pods speak IPv4 alone. Remembers the program that can remove the tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketFilter {
    nft: PathBuf,
}

impl PacketFilter {
    /// With the stack's own `nft`.
    pub fn with(stack: &Stack) -> Result<Self, Error> {
        Ok(Self {
            nft: stack.program("nft")?.into(),
        })
    }
}

impl PacketFilter {
    fn list(&self) -> Result<String, Error> {
        let list = Command::new(&self.nft).args(["-j", "list", "tables"]);
        Ok(list.read()?)
    }

    /// The rules of our table of a family, as `nft` writes them.
    fn rules(&self, family: &str) -> Result<String, Error> {
        let list = Command::new(&self.nft).args(["list", "table", family, TABLE]);
        Ok(list.read()?)
    }
}

impl Default for PacketFilter {
    /// With the one on PATH.
    fn default() -> Self {
        Self { nft: "nft".into() }
    }
}

impl Action for PacketFilter {
    fn describe(&self) -> &'static str {
        "keeps others away from the node's addresses"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        let tables = tables(&self.list()?);
        let is_there = |family: &str| tables.contains(&(family.into(), TABLE.into()));
        if !is_there("ip") || (speaks_ipv6() && !is_there("ip6")) {
            return Ok(false);
        }
        let has = |table: &str, rule| table.lines().filter(|line| line.trim() == rule).count();
        let table = self.rules("ip")?;
        let mut once = RULES.into_iter().chain([NEIGHBOURS]);
        Ok(once.all(|rule| has(&table, rule) == 1)
            && NO_SERVICE.into_iter().all(|rule| has(&table, rule) == 2)
            && (!speaks_ipv6() || has(&self.rules("ip6")?, IPV6) == 2))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        // NB: before connection tracking (priority `raw`), where the addresses are still the packet's
        // own: an answer to a connection that kube-proxy sent on looks the same later. The last two chains come
        // after its translation (-100 of what the machine sends) and before its own chains for that (-90 and 0).
        let no_service = NO_SERVICE.join("\n    ");
        let mut rules = format!(
            "add table ip {TABLE}
delete table ip {TABLE}
table ip {TABLE} {{
  chain neighbours {{
    type filter hook prerouting priority raw;
    {}
  }}
  chain forwarded {{
    type filter hook forward priority filter - 1;
    {NEIGHBOURS}
    {no_service}
  }}
  chain sent {{
    type filter hook output priority -95;
    {no_service}
  }}
}}
",
            RULES.join("\n    ")
        );
        if speaks_ipv6() {
            rules += &format!(
                "add table ip6 {TABLE}
delete table ip6 {TABLE}
table ip6 {TABLE} {{
  chain forwarded {{
    type filter hook forward priority filter - 1;
    {IPV6}
  }}
  chain received {{
    type filter hook input priority filter - 1;
    {IPV6}
  }}
}}"
            );
        }
        Command::new(&self.nft).arg(rules).run()?;
        Ok(())
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        for (family, name) in tables(&self.list()?) {
            Command::new(&self.nft)
                .args(["delete", "table", &family, &name])
                .run()?;
        }
        Ok(())
    }
}

/// Whether this machine's kernel does; if not, it may lack such a table, too.
fn speaks_ipv6() -> bool {
    Path::new("/proc/sys/net/ipv6").exists()
}

/// Family and name of our tables among those that `nft -j list tables` lists.
fn tables(list: &str) -> Vec<(String, String)> {
    let list: serde_json::Value = serde_json::from_str(list).unwrap_or_default();
    let entries = list["nftables"].as_array().into_iter().flatten();
    entries
        .filter_map(|entry| {
            let table = &entry["table"];
            Some((
                table["family"].as_str()?.into(),
                table["name"].as_str()?.into(),
            ))
        })
        .filter(|(_, name): &(String, String)| TABLES.contains(&name.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_name_our_bridges_and_our_networks() {
        use crate::address::{NODE_ADDRESS, NODE_BRIDGE, POD_BRIDGE, POD_NETWORK, SERVICE_NETWORK};
        for bridge in [NODE_BRIDGE, POD_BRIDGE] {
            for rule in [RULES[1], NEIGHBOURS] {
                assert!(rule.contains(&format!("iifname != \"{bridge}\"")));
            }
        }
        let services = SERVICE_NETWORK.to_string();
        for network in [&*NODE_ADDRESS.to_string(), POD_NETWORK, &services] {
            assert!(network.starts_with("10.213."));
        }
        assert!(IPV6.contains(&format!("iifname \"{POD_BRIDGE}\"")));
        assert!(NO_SERVICE.iter().all(|rule| rule.contains(&services)));
    }

    #[test]
    fn only_our_tables_are_removed() {
        let list = r#"{"nftables":[{"metainfo":{"version":"1"}},
            {"table":{"family":"ip","name":"kube-proxy","handle":1}},
            {"table":{"family":"ip6","name":"groundwork","handle":3}},
            {"table":{"family":"inet","name":"filter","handle":2}}]}"#;
        let ours = [("ip", "kube-proxy"), ("ip6", "groundwork")];
        assert_eq!(tables(list), ours.map(|(a, b)| (a.into(), b.into())));
        assert!(tables("").is_empty());
    }
}
