//! Chains of other packet filters on the machine (Docker, ufw, firewalld, a person's own) that may
//! drop what pods send. No rule of ours can overrule them: a packet passes every chain of its hook.

use std::{fmt, path::Path};

use groundwork_process::exec::Command;
use serde::Deserialize;
use serde_json::Value;

use crate::{address::POD_BRIDGE, error::Error, plan::TABLES};

/// A chain that drops unknown packets, in a table without a rule for the pods' bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignChain {
    family: String,
    table: String,
    name: String,
    /// What lets the pods' packets pass, as a line for a shell.
    pub remedy: String,
}

impl fmt::Display for ForeignChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            family,
            table,
            name,
            ..
        } = self;
        write!(f, "chain {name} of table {family} {table}")
    }
}

/// What `nft --json list ruleset` prints (libnftables-json(5)), as far as it is needed.
#[derive(Deserialize)]
struct Ruleset {
    nftables: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    chain: Option<Chain>,
    rule: Option<Rule>,
}

#[derive(Deserialize)]
struct Chain {
    family: String,
    table: String,
    name: String,
    hook: Option<String>,
    policy: Option<String>,
}

#[derive(Deserialize)]
struct Rule {
    family: String,
    table: String,
    chain: String,
    expr: Vec<Value>,
}

/// The chains that may drop what pods send, as the stack's `nft` lists them. Those of the older
/// `iptables-legacy` are not among them.
///
/// # Errors
/// [`Error::Command`] when they cannot be listed.
pub fn foreign_chains(nft: &Path) -> Result<Vec<ForeignChain>, Error> {
    let command = Command::new(nft).args(["--json", "list", "ruleset"]);
    Ok(dropping(&command.read()?))
}

fn dropping(ruleset: &str) -> Vec<ForeignChain> {
    let Ok(ruleset) = serde_json::from_str::<Ruleset>(ruleset) else {
        return Vec::new();
    };
    let chains = || ruleset.nftables.iter().filter_map(|it| it.chain.as_ref());
    let rules = || ruleset.nftables.iter().filter_map(|it| it.rule.as_ref());
    let foreign = chains().filter(|chain| {
        // What pods send is sent on, or is for a process of the machine.
        let is_passed = matches!(chain.hook.as_deref(), Some("forward" | "input"));
        let in_table = || rules().filter(|it| it.family == chain.family && it.table == chain.table);
        let drops = chain.policy.as_deref() == Some("drop")
            || in_table().any(|rule| rule.chain == chain.name && rule.stops_all());
        // A table that names the bridge lets it pass, or drops it on purpose.
        let is_settled = in_table().any(Rule::names_our_bridge);
        is_passed && drops && !is_settled && !TABLES.contains(&&*chain.table)
    });
    let described = foreign.map(|chain| {
        let beside = chains().filter(|it| it.family == chain.family && it.table == chain.table);
        let names: Vec<_> = beside.map(|it| &*it.name).collect();
        ForeignChain {
            family: chain.family.clone(),
            table: chain.table.clone(),
            name: chain.name.clone(),
            remedy: remedy(chain, &names),
        }
    });
    described.collect()
}

impl Rule {
    /// Whether it ends the chain: a verdict without a condition.
    fn stops_all(&self) -> bool {
        let is = |words: &[&str], it: &Value| words.iter().any(|word| it.get(word).is_some());
        let [before @ .., verdict] = self.expr.as_slice() else {
            return false;
        };
        is(&["drop", "reject"], verdict)
            && before
                .iter()
                .all(|it| is(&["counter", "log", "comment"], it))
    }

    fn names_our_bridge(&self) -> bool {
        self.expr
            .iter()
            .any(|it| it.to_string().contains(POD_BRIDGE))
    }
}

/// The way of the program that made the table, by the names that it gives: its own rules outlive a
/// restart of it, and nft's do not.
fn remedy(chain: &Chain, beside: &[&str]) -> String {
    let Chain {
        family,
        table,
        name,
        hook,
        ..
    } = chain;
    let forwards = hook.as_deref() == Some("forward");
    if table == "firewalld" {
        return format!(
            "firewall-cmd --permanent --zone=trusted --add-interface={POD_BRIDGE} && firewall-cmd --reload"
        );
    }
    if beside.iter().any(|name| name.starts_with("ufw-")) {
        return format!(
            "ufw allow in on {POD_BRIDGE} && ufw route allow in on {POD_BRIDGE} && ufw route allow out on {POD_BRIDGE}"
        );
    }
    if forwards && beside.contains(&"DOCKER-USER") {
        // The step `docker_chain` of every `up`.
        return "groundwork up".into();
    }
    let insert = |direction| {
        format!("nft insert rule {family} {table} {name} {direction} {POD_BRIDGE} accept")
    };
    match forwards {
        true => format!("{} && {}", insert("iifname"), insert("oifname")),
        false => insert("iifname"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A table with a chain of the hook and policy given, with these rules in it and these chains beside it.
    fn table(name: &str, hook: &str, policy: &str, rules: &[Value], beside: &[&str]) -> String {
        let mut entries = vec![
            json!({"metainfo": {"version": "1.1.1"}}),
            json!({"chain": {"family": "ip", "table": name, "name": "FORWARD", "handle": 1,
                             "type": "filter", "hook": hook, "prio": 0, "policy": policy}}),
        ];
        entries.extend(beside.iter().map(
            |chain| json!({"chain": {"family": "ip", "table": name, "name": chain, "handle": 2}}),
        ));
        entries.extend(rules.iter().map(|expr| {
            json!({"rule": {"family": "ip", "table": name, "chain": "FORWARD", "handle": 3, "expr": expr}})
        }));
        json!({"nftables": entries}).to_string()
    }

    fn reject() -> Value {
        json!([{"counter": {"packets": 0, "bytes": 0}}, {"reject": {"type": "icmpx"}}])
    }

    fn pass(bridge: &str) -> Value {
        json!([{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": bridge}}, {"accept": null}])
    }

    #[test]
    fn a_chain_that_drops_by_policy_or_at_its_end_is_named_with_its_remedy() {
        let by_policy = dropping(&table("filter", "forward", "drop", &[], &[]));
        assert_eq!(by_policy[0].to_string(), "chain FORWARD of table ip filter");
        assert_eq!(
            by_policy[0].remedy,
            "nft insert rule ip filter FORWARD iifname gw-pods accept && \
             nft insert rule ip filter FORWARD oifname gw-pods accept"
        );
        let at_its_end = table("filter", "input", "accept", &[pass("lo"), reject()], &[]);
        assert_eq!(
            dropping(&at_its_end)[0].remedy,
            "nft insert rule ip filter FORWARD iifname gw-pods accept"
        );
    }

    #[test]
    fn each_program_has_its_own_way() {
        let remedy = |name, beside: &[&str]| {
            let chains = dropping(&table(name, "forward", "drop", &[], beside));
            chains[0].remedy.clone()
        };
        assert!(remedy("firewalld", &[]).starts_with("firewall-cmd "));
        assert!(remedy("filter", &["ufw-before-forward"]).starts_with("ufw "));
        assert_eq!(remedy("filter", &["DOCKER-USER"]), "groundwork up");
    }

    #[test]
    fn what_lets_pods_pass_is_not_named() {
        let accepts = table("filter", "forward", "accept", &[pass("docker0")], &[]);
        let settled = table("filter", "forward", "drop", &[pass("gw-pods")], &[]);
        let ours = table("groundwork", "forward", "drop", &[], &[]);
        let elsewhere = table("filter", "output", "drop", &[], &[]);
        for ruleset in [accepts, settled, ours, elsewhere, String::new()] {
            assert!(dropping(&ruleset).is_empty(), "{ruleset}");
        }
    }
}
