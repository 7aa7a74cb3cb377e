//! A request through the ingress as everything that observes it tells of it.

use std::time::{Duration, Instant};

use groundwork_contract::role;
use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
};
use jiff::Timestamp;

use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, judged},
    shared::{
        ingress::{HELLO_HOST, address},
        order::{self, Order},
        signals::{FOUND, logs, metrics, traces},
        trace_tree,
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.4",
        name: "a request through the ingress is one trace",
        bound: "the ingress, hello, hello-publisher, hello-consumer; right parents and times",
        run: |context| Box::pin(trace(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.4",
        name: "a request through the ingress is a line and a count",
        bound: "host, path, status, level and trace; as many requests more as were made at least",
        turn: Turn::Aside,
        run: |context| Box::pin(line_and_count(context)),
        ..Check::GENTLE
    },
];

/// The services of an order behind the ingress, in the order in which they call each other.
const SERVICES: [&str; 3] = ["hello", "hello-publisher", "hello-consumer"];
/// How many are sent: more than other checks send meanwhile.
const ORDERS: u32 = 5;
/// For a count to be collected.
const COUNTED: Duration = Duration::from_secs(90);
/// The query for the request count of the `ingress`, and the one for when it was last scraped, in seconds since 1970.
fn queries(ingress: &str) -> [String; 2] {
    let of = format!("service=\"{ingress}\"");
    [
        format!(
            "sum({ingress}_service_requests_total{{{of},exported_service=~\"hello-hello-.+\"}})"
        ),
        format!("max(timestamp(up{{{of}}}))"),
    ]
}

async fn send(context: &Context) -> Result<Order, CheckFailure> {
    order::send_to(&address(context)?, Some(HELLO_HOST)).await
}

async fn trace(context: &Context) -> Verdict {
    let traces = traces(context)?;
    let ingress = &*context.component(role::INGRESS)?.name;
    let parts = [&[ingress], &SERVICES[..]].concat();
    let order = send(context).await?;
    let started = Instant::now();
    let complete = wait_for("the trace", FOUND, async || {
        let spans = traces.get(&order.trace).await?;
        match trace_tree::faults(&spans, &order.parent, &parts).as_slice() {
            [] => Ok(spans),
            faults => Err(CheckFailure::from(faults.join("; "))),
        }
    });
    let spans = complete.await?;
    let services: Vec<_> = trace_tree::services(&spans).into_iter().collect();
    Ok(format!(
        "{} spans of {}, complete {} after the request",
        spans.len(),
        services.join(", "),
        duration(started.elapsed())
    ))
}

async fn line_and_count(context: &Context) -> Verdict {
    let (logs, metrics) = (logs(context)?, metrics(context)?);
    let ingress = &*context.component(role::INGRESS)?.name;
    let [requests, collected] = queries(ingress);
    // What was asked before, by other checks too, is to be in the count already.
    let begun = Timestamp::now().as_second() as f64;
    let looked = wait_for(
        "a count of what was before",
        COUNTED,
        async || match metrics.value(&collected).await? {
            Some(at) if at > begun => Ok(()),
            at => Err(CheckFailure::from(format!("the last is of {at:?}"))),
        },
    );
    looked.await?;
    let before = metrics.value(&requests).await?.unwrap_or(0.0);
    for _ in 1..ORDERS {
        send(context).await?;
    }
    let order = send(context).await?;
    let started = Instant::now();
    let query = format!(
        "{} {} trace_id:={}",
        of_service(ingress),
        Window::since(order.sent),
        quoted(&order.trace)
    );
    let line = wait_for("its line", FOUND, async || {
        let mut lines = logs.search(&query).await?;
        match lines.len() {
            1 => Ok(lines.remove(0)),
            count => Err(CheckFailure::from(format!("{count} lines"))),
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
    let counted = wait_for("its count", COUNTED, async || {
        match metrics.value(&requests).await? {
            Some(count) if count >= before + f64::from(ORDERS) => Ok(count),
            count => Err(CheckFailure::from(format!("{before} -> {count:?}"))),
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
