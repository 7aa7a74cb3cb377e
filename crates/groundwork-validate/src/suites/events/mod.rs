//! The event bus: it delivers to all, keeps unread records, forgets old ones, loses none, and is fast enough.

mod broker_killed;
mod console;
mod delivery;
mod on_disk;
mod restart;
mod retention;
mod speed;
mod through_hello;

// What they share.
mod broker;
mod topic;

use crate::runner::Check;

pub(super) use topic::remove;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    delivery::CHECKS,
    through_hello::CHECKS,
    console::CHECKS,
    on_disk::CHECKS,
    retention::CHECKS,
    speed::CHECKS,
    restart::CHECKS,
    broker_killed::CHECKS,
];
