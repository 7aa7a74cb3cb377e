//! Names and addresses of the node, its pods and its services, in one place.
//!
//! The ranges are a part of 10.213.0.0/16, which no common VPN, router or container tool hands out
//! by default.

use std::{fmt, net::Ipv4Addr};

/// A network: its first address, and how many bits of it all of them share. Written `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(pub Ipv4Addr, pub u8);

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

/// The node's name in the cluster.
pub const NODE_NAME: &str = "groundwork";
/// The node's own bridge; it has no ports, it only carries the node's address.
pub const NODE_BRIDGE: &str = "gw-node";
/// The bridge that the pods are plugged into; made by the CNI plugin.
pub const POD_BRIDGE: &str = "gw-pods";
/// The node's address: it stays the same when a laptop changes networks. The API server's endpoints (`components/node/k8s`) name it too.
pub const NODE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 254, 1);
/// The pods' network.
pub const POD_NETWORK: &str = "10.213.0.0/24";
/// The pods' way out.
pub const POD_GATEWAY: &str = "10.213.0.1";
/// The services' virtual addresses.
pub const SERVICE_NETWORK: Network = Network(Ipv4Addr::new(10, 213, 128, 0), 20);
/// The API server as pods see it: the first address of [`SERVICE_NETWORK`].
pub const API_SERVICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 128, 1);
/// The last address of [`SERVICE_NETWORK`], which Kubernetes gives to no Service.
pub const NO_SERVICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 143, 255);
/// The cluster's DNS service.
pub const DNS_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 213, 128, 10);
/// The domain of service names.
pub const CLUSTER_DOMAIN: &str = "cluster.local";
/// Where the API server listens.
pub const API_PORT: u16 = 6443;
/// Where etcd serves its figures; clients have a Unix socket.
pub const ETCD_METRICS_PORT: u16 = 2381;
/// Where the kubelet serves logs, commands and figures to the API server.
pub const KUBELET_PORT: u16 = 10250;
/// Where the kubelet tells whether it is well.
pub const KUBELET_HEALTH_PORT: u16 = 10248;
/// Where kube-proxy serves its figures.
pub const PROXY_METRICS_PORT: u16 = 10249;
/// Where kube-proxy tells whether it is well.
pub const PROXY_HEALTH_PORT: u16 = 10256;
/// Where kube-controller-manager tells whether it is well, and serves its figures.
pub const CONTROLLER_MANAGER_PORT: u16 = 10257;
/// Where kube-scheduler tells whether it is well, and serves its figures.
pub const SCHEDULER_PORT: u16 = 10259;
/// The API server's address for clients on the machine.
pub const API_URL: &str = "https://10.213.254.1:6443";

/// Every port that a process of the node listens on at [`NODE_ADDRESS`], and what for.
pub const NODE_PORTS: [(u16, &str); 8] = [
    (API_PORT, "the Kubernetes API"),
    (ETCD_METRICS_PORT, "etcd's metrics"),
    (KUBELET_PORT, "the kubelet"),
    (KUBELET_HEALTH_PORT, "the kubelet's health"),
    (PROXY_METRICS_PORT, "kube-proxy's metrics"),
    (PROXY_HEALTH_PORT, "kube-proxy's health"),
    (CONTROLLER_MANAGER_PORT, "kube-controller-manager"),
    (SCHEDULER_PORT, "kube-scheduler"),
];
