//! The ingress answers on loopback only.

use std::{collections::BTreeSet, fs, net::Ipv4Addr};

use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{
        ingress::{HELLO_HOST, KNOWN, address, ask},
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.4",
    name: "the ingress answers on loopback only",
    bound: "on no other address of this machine",
    run: |context| Box::pin(loopback_only(context)),
    ..Check::GENTLE
}];

async fn loopback_only(context: &Context) -> Verdict {
    let url = address(context)?;
    wait_for(HELLO_HOST, KNOWN, async || ask(&url, HELLO_HOST).await).await?;
    let (_, port) = url.rsplit_once(':').ok_or("the ingress has no port")?;
    let table = fs::read_to_string("/proc/net/fib_trie")?;
    let others = own_addresses(&table);
    if others.is_empty() {
        return Err("this machine seems to have no other address".into());
    }
    let mut reached = vec![];
    for other in &others {
        // Something else may answer there, but not a service of the stack.
        if ask(&format!("http://{other}:{port}"), HELLO_HOST)
            .await
            .is_ok()
        {
            reached.push(other.to_string());
        }
    }
    judged(
        reached.is_empty(),
        match reached.as_slice() {
            [] => format!("on none of {} other addresses", others.len()),
            reached => format!("on {} too", reached.join(", ")),
        },
    )
}

/// This machine's own IPv4 addresses but for loopback, from the kernel's table of routes: an address
/// stands on a line of its own, above one that says what it is.
fn own_addresses(table: &str) -> BTreeSet<Ipv4Addr> {
    let mut address = None;
    let mut found = BTreeSet::new();
    for line in table.lines() {
        if let Some(text) = line.trim().strip_prefix("|-- ") {
            address = text.parse().ok();
        } else if line.trim() == "/32 host LOCAL" {
            found.extend(address.filter(|it: &Ipv4Addr| !it.is_loopback()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_the_local_hosts_but_for_loopback() {
        let table = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     \
            +-- 10.213.0.0/16 2 0 2\n        |-- 10.213.254.1\n           /32 host LOCAL\n        \
            |-- 10.213.254.255\n           /32 link BROADCAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n";
        let found: Vec<_> = own_addresses(table).into_iter().collect();
        assert_eq!(found, [Ipv4Addr::new(10, 213, 254, 1)]);
    }
}
