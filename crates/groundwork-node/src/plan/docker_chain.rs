//! Our rules in the chain that Docker leaves to others.

use std::path::PathBuf;

use groundwork_contract::Stack;
use groundwork_process::exec::Command;
use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{error::Error, node::Node, state::StateDir};

/// Where the chain is: Docker makes it with the nftables variant of iptables, and never empties it
/// ("Docker and iptables" in its manual).
const CHAIN: [&str; 3] = ["ip", "filter", "DOCKER-USER"];
/// Let packets of pods pass both ways; our own table decides who may begin a connection. As `nft` itself writes them.
const RULES: [&str; 2] = [r#"iifname "gw-pods" accept"#, r#"oifname "gw-pods" accept"#];

/// Lets pods pass where Docker drops unknown packets. Without Docker it does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DockerChain {
    nft: PathBuf,
}

impl DockerChain {
    /// With the stack's own `nft`.
    pub fn with(stack: &Stack) -> Result<Self, Error> {
        Ok(Self {
            nft: stack.program("nft")?.into(),
        })
    }

    /// The chain's rules with their handles; none without the chain.
    fn list(&self) -> Option<String> {
        let list = Command::new(&self.nft).args(["--handle", "list", "chain"]);
        list.args(CHAIN).read().ok()
    }
}

impl Default for DockerChain {
    /// With the one on PATH.
    fn default() -> Self {
        Self { nft: "nft".into() }
    }
}

impl Action for DockerChain {
    fn describe(&self) -> &'static str {
        "lets pods pass Docker's packet filter"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        let listed = self.list();
        Ok(listed.is_none_or(|chain| RULES.iter().all(|rule| chain.contains(rule))))
    }

    fn execute(&self, node: &Node) -> Result<(), Error> {
        self.revert(&node.state)?;
        for rule in RULES {
            let insert = Command::new(&self.nft).args(["insert", "rule"]);
            insert.args(CHAIN).arg(rule).run()?;
        }
        Ok(())
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        for handle in handles(&self.list().unwrap_or_default()) {
            let delete = Command::new(&self.nft).args(["delete", "rule"]);
            delete.args(CHAIN).args(["handle", handle]).run()?;
        }
        Ok(())
    }
}

/// The handles of our rules in a chain as `nft --handle` lists it.
fn handles(chain: &str) -> Vec<&str> {
    let ours = chain.lines().filter_map(|line| {
        let (rule, handle) = line.trim().split_once(" # handle ")?;
        RULES.contains(&rule).then_some(handle)
    });
    ours.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::POD_BRIDGE;

    #[test]
    fn the_rules_are_about_our_bridge() {
        assert!(RULES.iter().all(|rule| rule.contains(POD_BRIDGE)));
    }

    #[test]
    fn only_our_own_rules_are_found() {
        let chain = "table ip filter { # handle 1\n\tchain DOCKER-USER { # handle 2\n\
            \t\tiifname \"gw-pods\" accept # handle 7\n\
            \t\tiifname \"gw-pods\" counter packets 0 bytes 0 drop # handle 8\n\
            \t\toifname \"gw-pods\" accept # handle 9\n\t}\n}\n";
        assert_eq!(handles(chain), ["7", "9"]);
        assert!(handles("").is_empty());
    }
}
