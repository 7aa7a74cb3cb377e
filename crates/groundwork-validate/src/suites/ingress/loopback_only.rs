//! The ingress answers on loopback only.

use std::{collections::BTreeSet, net::Ipv4Addr};

use nix::{ifaddrs::getifaddrs, net::if_::InterfaceFlags, sys::socket::SockaddrStorage};

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
    let up = getifaddrs()?.filter(|it| it.flags.contains(InterfaceFlags::IFF_UP));
    let others = own_addresses(up.filter_map(|it| it.address));
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

/// IPv4 addresses among `addresses` but for loopback.
fn own_addresses(addresses: impl Iterator<Item = SockaddrStorage>) -> BTreeSet<Ipv4Addr> {
    addresses
        .filter_map(|it| it.as_sockaddr_in().map(|it| it.ip()))
        .filter(|it| !it.is_loopback())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv6Addr, SocketAddr};

    use super::*;

    #[test]
    fn loopback_and_ipv6_are_none_of_the_other_addresses() {
        let bridge = Ipv4Addr::new(10, 213, 254, 1);
        let all: [SocketAddr; 3] = [
            (bridge, 0).into(),
            (Ipv4Addr::LOCALHOST, 0).into(),
            (Ipv6Addr::LOCALHOST, 0).into(),
        ];
        let found = own_addresses(all.into_iter().map(SockaddrStorage::from));
        assert_eq!(found, BTreeSet::from([bridge]));
    }
}
