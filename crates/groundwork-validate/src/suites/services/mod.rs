//! A service of one's own: made from a template, deployed, seen, tested, put through its pipeline and removed.

mod created;
mod deployed;
mod observed;
mod piped;
mod push;
mod removed;
mod rolled_out;
mod tested;

// What they share.
mod own;

pub(super) use own::remove;

use crate::runner::Check;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    created::CHECKS,
    tested::CHECKS,
    deployed::CHECKS,
    observed::CHECKS,
    rolled_out::CHECKS,
    piped::CHECKS,
    removed::CHECKS,
];
