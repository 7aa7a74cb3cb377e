//! Names and addresses of the node, its pods and its services, in one place.
//!
//! The ranges are a part of 10.213.0.0/16, which no common VPN, router or container tool hands out
//! by default.

use std::net::Ipv4Addr;

/// The node's name in the cluster.
pub const NODE_NAME: &str = "groundwork";
/// The node's own bridge; it has no ports, it only carries the node's address.
pub const NODE_BRIDGE: &str = "gw-node";
/// The bridge that the pods are plugged into; made by the CNI plugin.
pub const POD_BRIDGE: &str = "gw-pods";
/// The node's address: it stays the same when a laptop changes networks.
pub const NODE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 254, 1);
/// The pods' network.
pub const POD_NETWORK: &str = "10.213.0.0/24";
/// The pods' way out.
pub const POD_GATEWAY: &str = "10.213.0.1";
/// The services' virtual addresses.
pub const SERVICE_NETWORK: &str = "10.213.128.0/20";
/// The API server as pods see it: the first address of [`SERVICE_NETWORK`].
pub const API_SERVICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 128, 1);
/// The cluster's DNS service.
pub const DNS_ADDRESS: &str = "10.213.128.10";
/// The domain of service names.
pub const CLUSTER_DOMAIN: &str = "cluster.local";
/// Where the API server listens.
pub const API_PORT: u16 = 6443;
/// The API server's address for clients on the machine.
pub const API_URL: &str = "https://10.213.254.1:6443";
