//! The node's own address.

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::{
    address::{NODE_ADDRESS, NODE_BRIDGE, SERVICE_NETWORK},
    error::Error,
    network,
    node::Node,
    state::StateDir,
};

/// Makes the bridge that carries the node's address, and leads what the machine sends to Services
/// there: they are reached without a default route, and an address that no Service has stays off it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAddress {}

impl Action for NodeAddress {
    fn describe(&self) -> &'static str {
        "gives the node its address"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        Ok(network::has_bridge(NODE_BRIDGE, NODE_ADDRESS)?
            && network::has_route(NODE_BRIDGE, SERVICE_NETWORK))
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        network::create_bridge(NODE_BRIDGE, Some(NODE_ADDRESS))?;
        network::create_route(NODE_BRIDGE, SERVICE_NETWORK)
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        network::remove_bridge(NODE_BRIDGE)
    }
}
