//! A new service is deployed by one command, and answers.

use serde_json::Value;

use super::own::{AXUM, BUILT, CHECK, FASTAPI, Kind, Own};
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{ingress, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Python is deployed and answers",
        bound: "/health, /ready and /metrics are 200; what it is given it has",
        deadline: BUILT,
        run: |context| Box::pin(deployed(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Rust is deployed and answers",
        bound: "/health, /ready and /metrics are 200; what it is given it has",
        deadline: BUILT,
        run: |context| Box::pin(deployed(context, &AXUM)),
        ..CHECK
    },
];

async fn deployed(context: &Context, kind: &'static Kind) -> Verdict {
    let (own, took) = Own::deployed(context, kind).await?;
    let client = ingress::client()?;
    own.answers(context, &client, &["/health", "/ready", "/metrics"])
        .await?;
    let made = own.post_item(context, &client, "").await?;
    let id = made["id"].as_str().ok_or("what it has made has no id")?;
    let (_, shown) = own.get(context, &client, &format!("/items/{id}")).await?;
    let shown: Value = serde_json::from_str(&shown)?;
    judged(
        shown == made,
        format!("{} answers, {} after `deploy`", kind.name, duration(took)),
    )
}
