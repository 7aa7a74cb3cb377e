//! What checks of several subjects need.

pub(crate) mod ingress;
pub(crate) mod namespace;
pub(crate) mod node;
pub(crate) mod objects;
pub(crate) mod order;
pub(crate) mod signals;
pub(crate) mod start_up;
pub(crate) mod test_bed;
pub(crate) mod trace_tree;
pub(crate) mod wait;
pub(crate) mod words;
