//! Metrics, logs and traces of everything: found in a second, kept as long as they must be, with alerts that
//! arrive.

mod alert;
mod console;
mod dashboards;
mod day_of_metrics;
mod down_and_up;
mod killed;
mod lines;
mod new_pod;
mod retention;
mod rules;
mod search;
mod spans;
mod targets;

// What they share.
mod measured_pod;
mod panels;
mod sample;
mod server;
mod times;
mod written;

use crate::runner::Check;

/// In the order in which they make sense to a reader.
pub(super) const CHECKS: &[&[Check]] = &[
    targets::CHECKS,
    new_pod::CHECKS,
    day_of_metrics::CHECKS,
    rules::CHECKS,
    alert::CHECKS,
    lines::CHECKS,
    search::CHECKS,
    spans::CHECKS,
    retention::CHECKS,
    dashboards::CHECKS,
    console::CHECKS,
    down_and_up::CHECKS,
    killed::CHECKS,
];
