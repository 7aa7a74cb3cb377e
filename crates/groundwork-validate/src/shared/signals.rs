//! The stack's own metrics, logs, traces, alerts and console, and what the checks are called there.

use std::time::Duration;

use groundwork_contract::role;
use groundwork_signals::{
    alerts::Alerts, console::Console, logs::Logs, metrics::Metrics, traces::Traces,
};

use crate::runner::{CheckFailure, Context};

/// What the checks' own writers and lines are called.
pub(crate) const SERVICE: &str = "groundwork-check";

/// For what was just written to be found: the writer's, the collector's and the server's batches.
pub(crate) const FOUND: Duration = Duration::from_secs(60);

pub(crate) fn metrics(context: &Context) -> Result<Metrics, CheckFailure> {
    Ok(Metrics::new(&context.endpoint(role::METRICS)?)?)
}

pub(crate) fn logs(context: &Context) -> Result<Logs, CheckFailure> {
    Ok(Logs::new(&context.endpoint(role::LOGS)?)?)
}

pub(crate) fn traces(context: &Context) -> Result<Traces, CheckFailure> {
    Ok(Traces::new(&context.endpoint(role::TRACES)?)?)
}

pub(crate) fn alerts(context: &Context) -> Result<Alerts, CheckFailure> {
    Ok(Alerts::new(&context.endpoint(role::ALERTS)?)?)
}

pub(crate) fn console(context: &Context) -> Result<Console, CheckFailure> {
    Ok(Console::new(&context.endpoint(role::UI)?)?)
}

/// A name that no other run has: a word, so that it can be searched for.
pub(crate) fn run_name() -> String {
    format!("check{}", jiff::Timestamp::now().as_microsecond())
}
