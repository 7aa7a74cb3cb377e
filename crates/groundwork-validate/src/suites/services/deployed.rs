//! A new service is deployed by one command, and answers.

use serde_json::Value;

use super::own::{BUILT, NAME, Own, get, post_item};
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{ingress, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.8",
    name: "a new service is deployed and answers",
    bound: "/health, /ready and /metrics are 200; what it is given it has",
    deadline: BUILT,
    run: |context| Box::pin(deployed(context)),
    ..Check::GENTLE
}];

async fn deployed(context: &Context) -> Verdict {
    let (_own, took) = Own::deployed(context).await?;
    let client = ingress::client()?;
    for path in ["/health", "/ready", "/metrics"] {
        let (status, said) = get(context, &client, path).await?;
        if status != 200 {
            return Err(format!("{path}: status {status}: {said}").into());
        }
    }
    let made = post_item(context, &client, "").await?;
    let id = made["id"].as_str().ok_or("what it has made has no id")?;
    let (_, shown) = get(context, &client, &format!("/items/{id}")).await?;
    let shown: Value = serde_json::from_str(&shown)?;
    judged(
        shown == made,
        format!("{NAME} answers, {} after `deploy`", duration(took)),
    )
}
