//! The environment: everything that runs is what the code says.

mod created;
mod drift;

use crate::runner::Check;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[created::CHECKS, drift::CHECKS];
