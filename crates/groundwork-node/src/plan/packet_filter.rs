//! The node's nftables table, and in the end those that kube-proxy and the CNI plugins make.

use std::path::PathBuf;

use groundwork_exec::Command;
use groundwork_stack::Stack;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::{error::Error, node::Node, state::StateDir};

/// Our own table.
const TABLE: &str = "groundwork";
/// What nobody but this machine may send, and what nobody but this machine and its pods may: a
/// neighbour needs only a route to reach addresses on a bridge. As `nft` itself writes them.
const RULES: [&str; 2] = [
    r#"iifname != "lo" ip daddr 127.0.0.0/8 drop"#,
    r#"iifname != "lo" iifname != "gw-node" iifname != "gw-pods" ip daddr 10.213.0.0/16 drop"#,
];
/// All tables of a node: ours, kube-proxy's, that of the CNI plugin `bridge`, and that of `portmap`,
/// which nodes of earlier releases had.
const TABLES: [&str; 4] = [
    TABLE,
    "kube-proxy",
    "cni_plugins_masquerade",
    "cni_hostport",
];

/// Keeps pods and neighbours away from the host's loopback address: kube-proxy sends what comes for
/// its services there on to a pod, wherever it comes from, and `route_localnet` lets pods reach the
/// rest. And keeps neighbours away from the node, its pods and its services. Remembers the program
/// that can remove the tables.
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
        if !tables(&self.list()?).iter().any(|(_, name)| name == TABLE) {
            return Ok(false);
        }
        let table = Command::new(&self.nft).args(["list", "table", "ip", TABLE]);
        let table = table.read()?;
        Ok(RULES.iter().all(|rule| table.contains(rule)))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        // NB: before connection tracking (priority `raw`), where the addresses are still the packet's
        // own: an answer to a connection that kube-proxy sent on looks the same later.
        let rules = format!(
            "add table ip {TABLE}
delete table ip {TABLE}
table ip {TABLE} {{
  chain neighbours {{
    type filter hook prerouting priority raw;
    {}
  }}
}}",
            RULES.join("\n    ")
        );
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
            assert!(RULES[1].contains(&format!("iifname != \"{bridge}\"")));
        }
        for network in [&*NODE_ADDRESS.to_string(), POD_NETWORK, SERVICE_NETWORK] {
            assert!(network.starts_with("10.213."));
        }
    }

    #[test]
    fn only_our_tables_are_removed() {
        let list = r#"{"nftables":[{"metainfo":{"version":"1"}},
            {"table":{"family":"ip","name":"kube-proxy","handle":1}},
            {"table":{"family":"inet","name":"filter","handle":2}}]}"#;
        assert_eq!(tables(list), [("ip".into(), "kube-proxy".into())]);
        assert!(tables("").is_empty());
    }
}
