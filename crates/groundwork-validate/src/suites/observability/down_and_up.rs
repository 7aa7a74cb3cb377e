//! What is still there after the node was stopped and started again.

use std::time::{Duration, Instant};

use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
};
use jiff::Timestamp;

use super::sample::sample;
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{
        order,
        signals::{FOUND, logs, traces},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "metrics, lines and traces survive `down` and `up`",
    bound: "a sample, a line and a trace of before",
    run: |context| Box::pin(down_and_up(context)),
    ..Check::DISRUPTIVE
}];

/// For the stack's servers to answer again, and to have read what they kept.
const BACK: Duration = Duration::from_secs(60);

async fn down_and_up(context: &Context) -> Verdict {
    let order = order::send(context).await?;
    let line = format!(
        "{} {} trace_id:={}",
        of_service("hello"),
        Window::since(order.sent),
        quoted(&order.trace)
    );
    let before = wait_for("a line, a trace and a sample", FOUND, async || {
        there(context, &line, &order.trace, order.sent).await
    });
    let before = before.await?;
    let started = Instant::now();
    context.launch(&["down"]).await?;
    context.launch(&["up"]).await?;
    let took = duration(started.elapsed());
    // The endpoints are the same, but nothing promises that all answer at once.
    let after = wait_for("a line, a trace and a sample", BACK, async || {
        there(context, &line, &order.trace, order.sent).await
    });
    let after = after.await?;
    judged(
        after == before,
        format!(
            "back after {took}; lines {} -> {}, spans {} -> {}, sample {} -> {}",
            before.lines, after.lines, before.spans, after.spans, before.sample, after.sample
        ),
    )
}

/// What there is of an order, and a sample of its time.
#[derive(PartialEq)]
struct There {
    lines: u64,
    spans: usize,
    sample: f64,
}

async fn there(
    context: &Context,
    line: &str,
    trace: &str,
    at: Timestamp,
) -> Result<There, CheckFailure> {
    let there = There {
        lines: logs(context)?.count(line).await?,
        spans: traces(context)?.get(trace).await?.len(),
        sample: sample(context, at).await?,
    };
    // All of the order's spans, so that none comes later.
    match (there.lines, there.spans) {
        (1.., 5..) => Ok(there),
        (lines, spans) => Err(format!("{lines} lines, {spans} spans").into()),
    }
}
