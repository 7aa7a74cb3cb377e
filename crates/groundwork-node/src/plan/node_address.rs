//! The node's own address.

use serde::{Deserialize, Serialize};

use super::Action;
use crate::{
    address::{NODE_ADDRESS, NODE_BRIDGE},
    error::Error,
    network,
    node::Node,
    state::StateDir,
};

/// Makes the bridge that carries the node's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAddress {}

impl Action for NodeAddress {
    fn describe(&self) -> &'static str {
        "gives the node its address"
    }

    fn is_done(&self, _: &Node) -> Result<bool, Error> {
        network::has_bridge(NODE_BRIDGE, NODE_ADDRESS)
    }

    fn execute(&self, _: &Node) -> Result<(), Error> {
        network::create_bridge(NODE_BRIDGE, Some(NODE_ADDRESS))
    }

    fn revert(&self, _: &StateDir) -> Result<(), Error> {
        network::remove_bridge(NODE_BRIDGE)
    }
}
