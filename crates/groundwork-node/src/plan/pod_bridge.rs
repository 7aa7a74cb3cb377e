//! The bridge that pods are plugged into, and in the end the interfaces of all pods.

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    address::POD_BRIDGE,
    error::{Error, at},
    network,
    node::Node,
    state::StateDir,
};

/// Makes the pods' bridge and lets connections to the host's loopback address, which kube-proxy
/// sends on to a pod, leave through it. The CNI plugin gives it its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodBridge {}

impl Action for PodBridge {
    fn describe(&self) -> &'static str {
        "makes the pods' bridge"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        let setting = fs::read_to_string(route_localnet());
        Ok(network::has_interface(POD_BRIDGE)? && setting.is_ok_and(|value| value.trim() == "1"))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        network::create_bridge(POD_BRIDGE, None)?;
        let path = route_localnet();
        fs::write(&path, "1").map_err(at("set", &path))
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        network::remove_bridge(POD_BRIDGE)
    }
}

/// Whether packets with a loopback address may pass the bridge. The packet filter sees to it that
/// only ours do.
fn route_localnet() -> PathBuf {
    PathBuf::from(format!(
        "/proc/sys/net/ipv4/conf/{POD_BRIDGE}/route_localnet"
    ))
}
