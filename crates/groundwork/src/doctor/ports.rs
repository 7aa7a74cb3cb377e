//! Whether the addresses on which the node and the stack will listen are free, and who holds them
//! if not.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
};

use groundwork_apply::Endpoint;
use groundwork_node::address::{NODE_ADDRESS, NODE_PORTS};
use procfs::{
    net::TcpState,
    process::{FDTarget, all_processes},
};

use super::{check::Check, nodes::of_a_node};

const NAME: &str = "ports";
const NODE: IpAddr = IpAddr::V4(NODE_ADDRESS);

/// An address that the stack needs, and for what.
struct Wanted {
    address: SocketAddr,
    what: String,
    /// A rule of the packet filter answers there, and no process.
    by_rule: bool,
}

/// A socket that listens.
struct Listener {
    address: SocketAddr,
    /// `nginx (process 812)`.
    holder: String,
    /// Belongs to a node of ours.
    ours: bool,
}

/// `running`: the stack answers at `endpoints` already.
pub fn check(endpoints: &[Endpoint], running: bool) -> Check {
    verdict(&wanted(endpoints), &listeners(), running)
}

fn wanted(endpoints: &[Endpoint]) -> Vec<Wanted> {
    let node = NODE_PORTS.into_iter().map(|(port, what)| Wanted {
        address: SocketAddr::new(NODE, port),
        what: what.into(),
        by_rule: false,
    });
    let endpoints = endpoints.iter().filter_map(|endpoint| {
        Some(Wanted {
            address: endpoint.socket()?,
            what: endpoint.url.clone(),
            by_rule: true,
        })
    });
    node.chain(endpoints).collect()
}

fn verdict(wanted: &[Wanted], listeners: &[Listener], running: bool) -> Check {
    let taken: Vec<_> = wanted
        .iter()
        .filter_map(|wanted| {
            let by = listeners
                .iter()
                .find(|listener| !listener.ours && collide(wanted.address, listener.address))?;
            Some((wanted, by))
        })
        .collect();
    let Some((_, first)) = taken.first() else {
        return Check::ok(NAME, format!("{} are free", wanted.len()));
    };
    let each: Vec<_> = taken
        .iter()
        .map(|(wanted, by)| {
            format!(
                "{} for {} is held by {}",
                by.address, wanted.what, by.holder
            )
        })
        .collect();
    let fix = format!("stop {}, or let it listen on another port", first.holder);
    // A program that came after the rules harms only itself.
    if running && taken.iter().all(|(wanted, _)| wanted.by_rule) {
        let found = format!("{}, and gets no connection there", each.join("; "));
        return Check::warn(NAME, found, fix);
    }
    Check::fail(NAME, each.join("; "), fix)
}

/// Whether two sockets cannot listen on these addresses at the same time.
fn collide(wanted: SocketAddr, held: SocketAddr) -> bool {
    wanted.port() == held.port()
        && (held.ip().to_canonical() == wanted.ip() || held.ip().is_unspecified())
}

fn listeners() -> Vec<Listener> {
    let tcp = procfs::net::tcp().unwrap_or_default();
    let tcp6 = procfs::net::tcp6().unwrap_or_default();
    let sockets: HashMap<u64, SocketAddr> = tcp
        .into_iter()
        .chain(tcp6)
        .filter(|socket| socket.state == TcpState::Listen)
        .map(|socket| (socket.inode, socket.local_address))
        .collect();
    let mut holders = holders(&sockets);
    sockets
        .into_iter()
        .map(|(inode, address)| {
            let (holder, ours) = holders
                .remove(&inode)
                .unwrap_or_else(|| ("a process out of sight".into(), false));
            Listener {
                address,
                holder,
                ours,
            }
        })
        .collect()
}

/// Who holds each of `sockets`, by the socket's inode.
fn holders(sockets: &HashMap<u64, SocketAddr>) -> HashMap<u64, (String, bool)> {
    let mut holders = HashMap::new();
    for process in all_processes().into_iter().flatten().flatten() {
        let Ok(descriptors) = process.fd() else {
            continue;
        };
        for descriptor in descriptors.flatten() {
            let FDTarget::Socket(inode) = descriptor.target else {
                continue;
            };
            if sockets.contains_key(&inode) {
                let name = process.stat().map_or_else(|_| "?".into(), |stat| stat.comm);
                let holder = format!("{name} (process {})", process.pid);
                holders.insert(inode, (holder, of_a_node(process.pid)));
            }
        }
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    fn listener(address: &str, ours: bool) -> Listener {
        Listener {
            address: address.parse().unwrap(),
            holder: "nginx (process 812)".into(),
            ours,
        }
    }

    fn hello(url: &str) -> Endpoint {
        Endpoint {
            name: "hello".into(),
            url: url.into(),
        }
    }

    #[test]
    fn the_process_that_holds_a_port_is_named() {
        let wanted = wanted(&[hello("http://127.0.0.1:8080/hello")]);
        let check = verdict(&wanted, &[listener("0.0.0.0:8080", false)], false);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(
            check.found,
            "0.0.0.0:8080 for http://127.0.0.1:8080/hello is held by nginx (process 812)"
        );
        assert!(check.fix.contains("nginx (process 812)"), "{check:?}");
    }

    #[test]
    fn who_listens_where_the_stack_answers_already_is_told_and_harms_nobody() {
        let wanted = wanted(&[hello("http://127.0.0.1:8080")]);
        let check = verdict(&wanted, &[listener("0.0.0.0:8080", false)], true);
        assert_eq!(check.status, Status::Warn);
        assert!(
            check
                .found
                .ends_with("nginx (process 812), and gets no connection there")
        );
        // A node process that starts again would not get its address.
        let both = [
            listener("0.0.0.0:8080", false),
            listener("0.0.0.0:6443", false),
        ];
        assert_eq!(verdict(&wanted, &both, true).status, Status::Fail);
    }

    #[test]
    fn our_own_node_may_hold_its_ports() {
        let check = verdict(&wanted(&[]), &[listener("10.213.254.1:6443", true)], false);
        assert_eq!(check.status, Status::Ok);
    }

    #[test]
    fn the_same_port_of_another_address_does_no_harm() {
        let others = [
            listener("192.0.2.7:6443", false),
            listener("127.0.0.1:6443", false),
        ];
        assert_eq!(verdict(&wanted(&[]), &others, false).status, Status::Ok);
    }

    #[test]
    fn a_listener_on_every_ipv6_address_holds_the_ipv4_port_too() {
        let check = verdict(&wanted(&[]), &[listener("[::]:6443", false)], false);
        assert_eq!(check.status, Status::Fail);
    }
}
