//! Secrets: encrypted where they are kept, read at run time by those who may, replaced without a restart. Every use is
//! on record.

mod audit;
mod denial;
mod encrypted;
mod isolation;
mod kept;
mod key_rotated;
mod key_rotation_killed;
mod nowhere;
mod recorded;
mod restored;
mod rotation;
mod unrecorded;

// What they share.
mod accesses;
mod account;
mod asker;
mod guard;
mod hello;
mod leftovers;
mod own;
mod places;
mod stored;
mod texts;
mod traffic;

use crate::runner::Check;

pub(super) use leftovers::remove;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    kept::CHECKS,
    encrypted::CHECKS,
    nowhere::CHECKS,
    isolation::CHECKS,
    restored::CHECKS,
    recorded::CHECKS,
    audit::CHECKS,
    denial::CHECKS,
    rotation::CHECKS,
    key_rotated::CHECKS,
    key_rotation_killed::CHECKS,
    unrecorded::CHECKS,
];
