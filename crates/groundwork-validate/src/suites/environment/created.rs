//! The whole environment is made quickly.

use crate::{
    runner::Check,
    shared::{node, start_up::started_in},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.4",
    name: "the whole environment is made quickly",
    bound: "< 10 min",
    run: |context| Box::pin(async { started_in(&node::last_up(&context.state)?, CREATED) }),
    ..Check::SPEED
}];

/// REQ-0.4: "Full environment creation: < 10 minutes (local)", in seconds.
const CREATED: f64 = 600.0;
