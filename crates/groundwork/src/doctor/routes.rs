//! Whether other networks use the addresses of the node, its pods and its services.

use std::net::Ipv4Addr;

use groundwork_node::address::{NODE_BRIDGE, POD_BRIDGE};
use procfs::net::RouteEntry;

use super::check::Check;

const NAME: &str = "addresses";
/// Every address of ours: 10.213.0.0/16.
const OURS: (Ipv4Addr, Ipv4Addr) = (Ipv4Addr::new(10, 213, 0, 0), Ipv4Addr::new(255, 255, 0, 0));
/// The bridges that a node makes; routes through them are its own.
const BRIDGES: [&str; 2] = [NODE_BRIDGE, POD_BRIDGE];

/// What a check needs to know of a route.
struct Route {
    interface: String,
    destination: Ipv4Addr,
    mask: Ipv4Addr,
}

impl From<RouteEntry> for Route {
    fn from(entry: RouteEntry) -> Self {
        Self {
            interface: entry.iface,
            destination: entry.destination,
            mask: entry.mask,
        }
    }
}

impl Route {
    fn network(&self) -> String {
        format!("{}/{}", self.destination, self.mask.to_bits().count_ones())
    }
}

pub fn check() -> Check {
    let routes = procfs::net::route().unwrap_or_default();
    verdict(&routes.into_iter().map(Route::from).collect::<Vec<_>>())
}

fn verdict(routes: &[Route]) -> Check {
    let foreign = || {
        routes
            .iter()
            .filter(|route| !BRIDGES.contains(&route.interface.as_str()))
    };
    let (ours, our_mask) = OURS;
    let inside =
        foreign().find(|route| route.mask >= our_mask && route.destination & our_mask == ours);
    if let Some(route) = inside {
        let network = route.network();
        return Check::fail(
            NAME,
            format!("{network} is routed to {}", route.interface),
            format!(
                "10.213.0.0/16 must be free: ip route del {network} dev {}, or take that interface down",
                route.interface
            ),
        );
    }
    // A default route is wider than ours too, and no reason for a word.
    let around = foreign().find(|route| {
        !route.mask.is_unspecified()
            && route.mask < our_mask
            && ours & route.mask == route.destination
    });
    match around {
        None => Check::ok(NAME, "10.213.0.0/16 is free"),
        Some(route) => Check::warn(
            NAME,
            format!("{} is routed to {}", route.network(), route.interface),
            "hosts in 10.213.0.0/16 behind that route are out of reach while the node runs",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    fn route(interface: &str, destination: [u8; 4], mask: [u8; 4]) -> Route {
        Route {
            interface: interface.into(),
            destination: destination.into(),
            mask: mask.into(),
        }
    }

    #[test]
    fn a_route_into_our_addresses_is_a_collision_unless_it_is_our_own() {
        let pods = |interface| route(interface, [10, 213, 0, 0], [255, 255, 255, 0]);
        assert_eq!(verdict(&[pods("gw-pods")]).status, Status::Ok);
        let check = verdict(&[pods("docker0")]);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.found, "10.213.0.0/24 is routed to docker0");
    }

    #[test]
    fn a_wider_route_is_a_warning_and_the_default_route_is_nothing() {
        let default = route("eth0", [0; 4], [0; 4]);
        assert_eq!(verdict(&[default]).status, Status::Ok);
        let vpn = route("tun0", [10, 0, 0, 0], [255, 0, 0, 0]);
        assert_eq!(verdict(&[vpn]).status, Status::Warn);
    }
}
