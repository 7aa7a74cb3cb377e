//! The cluster starts quickly.

use crate::{
    runner::{Check, Context, Verdict},
    shared::{node, start_up::started_in},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "the cluster starts quickly",
    bound: "< 120 s",
    run: |context| Box::pin(start_up(context)),
    ..Check::SPEED
}];

/// REQ-0.1: "Cluster startup time: < 2 minutes".
const START_UP: f64 = 120.0;

async fn start_up(context: &Context) -> Verdict {
    started_in(&node::last_up(&context.state)?, START_UP)
}
