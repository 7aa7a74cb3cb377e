//! The nftables tables that kube-proxy and the CNI plugins make.

use std::path::PathBuf;

use groundwork_exec::Command;
use groundwork_stack::Stack;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::{error::Error, node::Node, state::StateDir};

/// The tables' names: kube-proxy's, then those of the plugins `portmap` and `bridge`.
const TABLES: [&str; 3] = ["kube-proxy", "cni_hostport", "cni_plugins_masquerade"];

/// Remembers the program that can remove the tables. It makes none of them.
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

impl Default for PacketFilter {
    /// With the one on PATH.
    fn default() -> Self {
        Self { nft: "nft".into() }
    }
}

impl Action for PacketFilter {
    fn describe(&self) -> &'static str {
        "keeps the packet filter's tool at hand"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        Ok(true)
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        Ok(())
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        let list = Command::new(&self.nft)
            .args(["-j", "list", "tables"])
            .read()?;
        for (family, name) in tables(&list) {
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
