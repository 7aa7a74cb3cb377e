//! The node's nftables table, and in the end those that kube-proxy and the CNI plugins make.

use std::path::PathBuf;

use groundwork_exec::Command;
use groundwork_stack::Stack;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::{address::POD_BRIDGE, error::Error, node::Node, state::StateDir};

/// Our own table.
const TABLE: &str = "groundwork";
/// All tables of a node: ours, kube-proxy's, that of the CNI plugin `bridge`, and that of `portmap`,
/// which nodes of earlier releases had.
const TABLES: [&str; 4] = [
    TABLE,
    "kube-proxy",
    "cni_plugins_masquerade",
    "cni_hostport",
];

/// Keeps pods away from what listens on the host's loopback address, which the setting
/// `route_localnet` of their bridge would let them reach. Remembers the program that can remove the
/// tables.
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
        "keeps pods away from the host's loopback address"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        let found = tables(&self.list()?);
        Ok(found.iter().any(|(_, name)| name == TABLE))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        // NB: before connection tracking (priority `raw`), where the addresses are still the packet's
        // own: an answer to a connection that kube-proxy sent on looks the same later.
        let rules = format!(
            "table ip {TABLE} {{
  chain loopback {{
    type filter hook prerouting priority raw;
    iifname {POD_BRIDGE} ip daddr 127.0.0.0/8 drop
  }}
}}"
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
    fn only_our_tables_are_removed() {
        let list = r#"{"nftables":[{"metainfo":{"version":"1"}},
            {"table":{"family":"ip","name":"kube-proxy","handle":1}},
            {"table":{"family":"inet","name":"filter","handle":2}}]}"#;
        assert_eq!(tables(list), [("ip".into(), "kube-proxy".into())]);
        assert!(tables("").is_empty());
    }
}
