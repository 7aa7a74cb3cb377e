//! A request through the ingress as everything that observes it tells of it.

use std::time::{Duration, Instant};

use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
};
use jiff::Timestamp;

use super::{HELLO_HOST, ingress};
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    req_0_3::{
        FOUND, logs, metrics,
        order::{self, Order},
        traces, tree,
    },
    wait::until,
};

/// What the ingress is called.
const TRAEFIK: &str = "traefik";
/// Who has a part in an order, in the order in which they call each other.
const SERVICES: [&str; 4] = [TRAEFIK, "hello", "hello-publisher", "hello-consumer"];
/// For a count to be collected.
const COUNTED: Duration = Duration::from_secs(90);
/// What Prometheus counts of it.
const REQUESTS: &str =
    r#"sum(traefik_service_requests_total{service="traefik",exported_service=~"hello-hello-.+"})"#;

/// When Prometheus last looked, in seconds since 1970.
const COLLECTED: &str = r#"max(timestamp(up{service="traefik"}))"#;

async fn send(context: &Context) -> Result<Order, Failure> {
    order::send_to(&ingress(context)?, Some(HELLO_HOST)).await
}

pub(super) async fn trace(context: &Context) -> Verdict {
    let traces = traces(context)?;
    let order = send(context).await?;
    let started = Instant::now();
    let complete = until("the trace", FOUND, async || {
        let spans = traces.get(&order.trace).await?;
        match tree::faults(&spans, &order.parent, &SERVICES).as_slice() {
            [] => Ok(spans),
            faults => Err(Failure::from(faults.join("; "))),
        }
    });
    let spans = complete.await?;
    let services: Vec<_> = tree::services(&spans).into_iter().collect();
    Ok(format!(
        "{} spans of {}, complete {} after the request",
        spans.len(),
        services.join(", "),
        duration(started.elapsed())
    ))
}

pub(super) async fn line_and_count(context: &Context) -> Verdict {
    let (logs, metrics) = (logs(context)?, metrics(context)?);
    // What was asked before, by other checks too, is to be in the count already.
    let begun = Timestamp::now().as_second() as f64;
    let collected = until(
        "a count of what was before",
        COUNTED,
        async || match metrics.value(COLLECTED).await? {
            Some(at) if at > begun => Ok(()),
            at => Err(Failure::from(format!("the last is of {at:?}"))),
        },
    );
    collected.await?;
    let before = metrics.value(REQUESTS).await?.unwrap_or(0.0);
    let order = send(context).await?;
    let started = Instant::now();
    let query = format!(
        "{} {} trace_id:={}",
        of_service(TRAEFIK),
        Window::since(order.sent),
        quoted(&order.trace)
    );
    let line = until("its line", FOUND, async || {
        let mut lines = logs.search(&query).await?;
        match lines.len() {
            1 => Ok(lines.remove(0)),
            count => Err(Failure::from(format!("{count} lines"))),
        }
    });
    let line = line.await?;
    let wrong = [
        ("server.address", HELLO_HOST),
        ("http.request.method", "POST"),
        ("url.path", "/events"),
        ("severity_text", "info"),
    ]
    .into_iter()
    .filter(|(field, wanted)| line.field(field) != *wanted);
    let wrong: Vec<_> = wrong
        .map(|(field, wanted)| format!("{field} is '{}' and not '{wanted}'", line.field(field)))
        .collect();
    if !wrong.is_empty() {
        return Err(wrong.join("; ").into());
    }
    let counted = until("its count", COUNTED, async || {
        match metrics.value(REQUESTS).await? {
            Some(count) if count > before => Ok(count),
            count => Err(Failure::from(format!("{before} -> {count:?}"))),
        }
    });
    let after = counted.await?;
    judged(
        line.field("http.response.status_code").starts_with('2'),
        format!(
            "'{}', requests {before} -> {after} after {}",
            line.message(),
            duration(started.elapsed())
        ),
    )
}
