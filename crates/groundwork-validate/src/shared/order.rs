//! An order that is sent to hello as a part of a trace of the check's own.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use groundwork_contract::role;
use groundwork_process::wait::within;
use jiff::Timestamp;
use serde_json::json;

use super::{signals::FOUND, wait::wait_for};
use crate::runner::{CheckFailure, Context};

/// How long hello may take for one: longer than it waits itself.
const ATTEMPT: Duration = Duration::from_secs(10);

/// An order that hello has taken.
pub(crate) struct Order {
    /// The trace that it is a part of.
    pub trace: String,
    /// The check's own span, which is never written: parent of the first one of the trace.
    pub parent: String,
    /// Just before it was sent.
    pub sent: Timestamp,
}

/// Sends an order to hello.
pub(crate) async fn send(context: &Context) -> Result<Order, CheckFailure> {
    send_to(&context.endpoint(role::SAMPLE)?, None).await
}

/// Sends an order to what answers at `url` under the name `host`.
pub(crate) async fn send_to(url: &str, host: Option<&str>) -> Result<Order, CheckFailure> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    // After a kill or a restart the way through hello takes a moment to be there again.
    wait_for("an order", FOUND, async || {
        attempt(&client, url, host).await
    })
    .await
}

/// Each attempt is a trace of its own.
async fn attempt(
    client: &reqwest::Client,
    url: &str,
    host: Option<&str>,
) -> Result<Order, CheckFailure> {
    let order = Order {
        trace: format!("{:016x}{:016x}", random(), random()),
        parent: format!("{:016x}", random()),
        sent: Timestamp::now(),
    };
    let body = json!({
        "id": order.trace, "symbol": "ACME", "side": "buy", "quantity": 100,
    });
    let mut request = client
        .post(format!("{url}/events"))
        .header("content-type", "application/json")
        .header(
            "traceparent",
            format!("00-{}-{}-01", order.trace, order.parent),
        )
        .body(body.to_string());
    if let Some(host) = host {
        request = request.header("host", host);
    }
    let answer = within(ATTEMPT, request.send()).await??;
    answer.error_for_status()?;
    Ok(order)
}

/// Random enough for an id, and never zero, which W3C's trace context forbids: the standard
/// library's hashers begin with a key that the system gave.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(Timestamp::now().as_nanosecond()) | 1
}
