//! The cluster: it answers, runs services, keeps their data, fits a laptop, and can be wiped and made again.

mod api_server;
mod destroy_and_up;
mod down_and_up;
mod memory;
mod nodes;
mod processes_killed;
mod service;
mod start_up;
mod supervisor_killed;
mod uptime;

// What they share.
mod hello;

use crate::runner::Check;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    api_server::CHECKS,
    nodes::CHECKS,
    service::CHECKS,
    start_up::CHECKS,
    memory::CHECKS,
    uptime::CHECKS,
    supervisor_killed::CHECKS,
    processes_killed::CHECKS,
    down_and_up::CHECKS,
    destroy_and_up::CHECKS,
];
