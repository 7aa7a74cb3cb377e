//! A pod with the usual annotation is collected without being named.

use std::time::Instant;

use super::{measured_pod::Measured, times::SCRAPED};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, judged},
    shared::{signals::metrics, wait::wait_for, words::timed},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "a new pod with the usual annotation is collected without being named",
    bound: "its own metric with its own value",
    turn: Turn::Aside,
    run: |context| Box::pin(new_pod(context)),
    ..Check::GENTLE
}];

async fn new_pod(context: &Context) -> Verdict {
    // Unlike 0 and 1, which are common values; below 0, so that no alert fires.
    const SAID: i64 = -7;
    let metrics = metrics(context)?;
    let pod = Measured::start(context, SAID).await?;
    let started = Instant::now();
    let found = wait_for("its metric", SCRAPED, async || {
        let value = metrics.value(&pod.series()).await?;
        value.ok_or_else(|| CheckFailure::from("Prometheus has no such series"))
    });
    let found = found.await;
    pod.remove().await?;
    let value = found?;
    let measured = format!("{} is {value}", pod.series());
    judged(value == SAID as f64, timed(&measured, started))
}
