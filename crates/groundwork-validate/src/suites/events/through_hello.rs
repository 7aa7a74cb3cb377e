//! An order goes through a service to its consumer.

use std::time::Instant;

use groundwork_contract::role;
use serde_json::{Value, json};

use super::topic::READ;
use crate::{
    runner::{Check, CheckFailure, Context, Verdict},
    shared::{objects::plain, wait::wait_for, words::timed},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.2",
    name: "an order posted to hello reaches its consumer",
    bound: "the same order, by hello-consumer",
    run: |context| Box::pin(through_hello(context)),
    ..Check::GENTLE
}];

async fn through_hello(context: &Context) -> Verdict {
    let url = context.endpoint(role::SAMPLE)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let order = json!({
        "id": jiff::Timestamp::now().to_string(), "symbol": "ACME", "side": "buy", "quantity": 100,
    });
    let started = Instant::now();
    let answer = client.post(format!("{url}/events")).body(order.to_string());
    let answer = answer.header("content-type", "application/json").send();
    let place: Value = serde_json::from_str(&answer.await?.error_for_status()?.text().await?)?;
    wait_for("hello-consumer", READ, async || {
        let cluster = context.cluster().await?;
        let path = "/api/v1/namespaces/hello/services/hello-consumer:http/proxy/events";
        let request = http::Request::get(path).body(vec![])?;
        let seen = cluster.client().request_text(request).await;
        let seen: Vec<Value> = serde_json::from_str(&seen.map_err(plain)?)?;
        match seen.iter().any(|event| event["value"] == order) {
            true => Ok(()),
            false => Err(CheckFailure::from(format!(
                "it has read {} others",
                seen.len()
            ))),
        }
    })
    .await?;
    let measured = format!(
        "partition {}, offset {}, read",
        place["partition"], place["offset"]
    );
    Ok(timed(&measured, started))
}
