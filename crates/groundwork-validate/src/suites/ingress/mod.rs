//! The ingress: a service's own Ingress or route is all that it needs to be reached from this machine.

mod loopback_only;
mod observed;
mod routes;
mod unknown_host;

// What they share.
mod flow;

use crate::runner::Check;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    routes::CHECKS,
    unknown_host::CHECKS,
    loopback_only::CHECKS,
    observed::CHECKS,
];
