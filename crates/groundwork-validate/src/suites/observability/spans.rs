//! A request as one trace, and what the spans of all requests add up to.

use std::time::{Duration, Instant};

use super::times::QUERY;
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Turn, Verdict, judged},
    shared::{
        order,
        signals::{FOUND, metrics, traces},
        trace_tree,
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.3",
        name: "a request through three services is one trace",
        bound: "hello, hello-publisher, hello-consumer; right parents and times; read in < 1 s",
        speed: Speed::Also,
        run: |context| Box::pin(through_three(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.3",
        name: "rate, errors and duration of hello come from its spans",
        bound: "as many calls more as requests were made at least, and a 95th percentile",
        turn: Turn::Aside,
        run: |context| Box::pin(counted(context)),
        ..Check::GENTLE
    },
];

/// The services of an order, in the order in which they call each other.
const SERVICES: [&str; 3] = ["hello", "hello-publisher", "hello-consumer"];
/// For spans to be counted, and the counts to be collected.
const COUNTED: Duration = Duration::from_secs(90);
/// How many are sent: many more than an earlier check's, which may be counted only now.
const ORDERS: u32 = 20;

async fn through_three(context: &Context) -> Verdict {
    let traces = traces(context)?;
    let order = order::send(context).await?;
    let started = Instant::now();
    let complete = wait_for("the trace", FOUND, async || {
        let asked = Instant::now();
        let spans = traces.get(&order.trace).await?;
        // A span is written when it ends, so the first one comes last.
        match trace_tree::faults(&spans, &order.parent, &SERVICES).as_slice() {
            [] => Ok((spans, asked.elapsed())),
            faults => Err(CheckFailure::from(faults.join("; "))),
        }
    });
    let (spans, took) = complete.await?;
    let (service, time) = trace_tree::slowest(&spans).ok_or("it has no spans")?;
    judged(
        context.in_time(took, QUERY),
        format!(
            "{} spans of {} services, slowest {service} with {}, complete {} after the request, read in {}",
            spans.len(),
            trace_tree::services(&spans).len(),
            duration(Duration::from_nanos(time)),
            duration(started.elapsed()),
            duration(took)
        ),
    )
}

async fn counted(context: &Context) -> Verdict {
    const CALLS: &str = "sum(traces_span_metrics_calls_total{service_name=\"hello\"})";
    const P95: &str = "histogram_quantile(0.95, sum by (le) \
        (traces_span_metrics_duration_milliseconds_bucket{service_name=\"hello\"}))";
    let metrics = metrics(context)?;
    let before = metrics.value(CALLS).await?.unwrap_or(0.0);
    let started = Instant::now();
    for _ in 0..ORDERS {
        order::send(context).await?;
    }
    let calls = wait_for("hello's calls", COUNTED, async || {
        match metrics.value(CALLS).await? {
            Some(calls) if calls >= before + f64::from(ORDERS) => Ok(calls),
            calls => Err(CheckFailure::from(format!("{before} -> {calls:?}"))),
        }
    });
    let calls = calls.await?;
    let p95 = metrics.value(P95).await?.unwrap_or(f64::NAN);
    judged(
        p95.is_finite(),
        format!(
            "calls {before} -> {calls} after {}, p95 {p95:.1} ms",
            duration(started.elapsed())
        ),
    )
}
