//! What a new service does is seen, as of every other service.

use std::time::{Duration, Instant};

use groundwork_contract::role;
use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
    traces::Kind as SpanKind,
};
use jiff::Timestamp;

use super::own::{AXUM, BUILT, CHECK, FASTAPI, Kind, Own};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict},
    shared::{
        ingress,
        order::random,
        signals::{FOUND, logs, metrics, traces},
        trace_tree,
        wait::wait_for,
        words::timed,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a request to a service in Python is a trace, a line, a count and an event",
        bound: "one trace of the ingress, the service and its event's reader; its line and its count",
        deadline: BUILT,
        run: |context| Box::pin(observed(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a request to a service in Rust is a trace, a line, a count and an event",
        bound: "one trace of the ingress, the service and its event's reader; its line and its count",
        deadline: BUILT,
        run: |context| Box::pin(observed(context, &AXUM)),
        ..CHECK
    },
];

/// For a new pod to be found, and a count to be collected.
const COUNTED: Duration = Duration::from_secs(90);

async fn observed(context: &Context, kind: &'static Kind) -> Verdict {
    let (own, _) = Own::deployed(context, kind).await?;
    let name = kind.name;
    let (logs, metrics, stored) = (logs(context)?, metrics(context)?, traces(context)?);
    let client = ingress::client()?;
    let (trace, parent) = (
        format!("{:016x}{:016x}", random(), random()),
        format!("{:016x}", random()),
    );
    let (sent, started) = (Timestamp::now(), Instant::now());
    own.post_item(context, &client, &format!("00-{trace}-{parent}-01"))
        .await?;

    let parts = [&*context.component(role::INGRESS)?.name, name];
    let spans = wait_for("the trace", FOUND, async || {
        let spans = stored.get(&trace).await?;
        let mut missing = trace_tree::faults(&spans, &parent, &parts);
        let read = spans
            .iter()
            .any(|span| span.service == name && span.kind == SpanKind::Consumer);
        if !read {
            missing.push("nobody has read its event".into());
        }
        match missing.is_empty() {
            true => Ok(spans.len()),
            false => Err(CheckFailure::from(missing.join("; "))),
        }
    });
    let spans = spans.await?;
    let of_trace = format!("trace_id:={}", quoted(&trace));
    let query = format!("{} {} {of_trace}", of_service(name), Window::since(sent));
    let lines = wait_for("its line", FOUND, async || {
        match logs.search(&query).await?.len() {
            0 => Err(CheckFailure::from("no line")),
            count => Ok(count),
        }
    });
    let lines = lines.await?;
    let requests =
        format!(r#"sum(http_requests_total{{service="{name}",route="/items",status="201"}})"#);
    let counted = wait_for("its count", COUNTED, async || {
        match metrics.value(&requests).await? {
            Some(count) if count > 0.0 => Ok(count),
            count => Err(CheckFailure::from(format!("{count:?} requests"))),
        }
    });
    let count = counted.await?;
    // An exemplar leads from a figure to this very trace.
    let (_, figures) = own.get(context, &client, "/metrics").await?;
    match figures.contains(&trace) {
        true => Ok(timed(
            &format!("{spans} spans, {lines} lines, {count} requests counted"),
            started,
        )),
        false => Err("no figure has the trace as its exemplar".into()),
    }
}
