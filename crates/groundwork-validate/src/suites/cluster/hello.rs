//! The stack's hello on its loopback endpoint.

use std::time::{Duration, Instant};

use groundwork_apply::Endpoint;
use groundwork_process::wait::within;
use serde_json::Value;

use crate::{
    runner::{CheckFailure, Context, Verdict},
    shared::{wait::wait_for, words::timed},
};

/// How long one request may take. It stays on this machine.
const REQUEST: Duration = Duration::from_secs(5);

/// How long the stack's service may take to answer after something was killed.
const ANSWERS: Duration = Duration::from_secs(60);

/// Asks the stack's hello on its loopback endpoint until it answers.
pub(super) async fn answers(context: &Context) -> Verdict {
    let started = Instant::now();
    let endpoints = wait_for("the endpoints", ANSWERS, async || {
        Ok(context.cluster().await?.endpoints().await?)
    });
    let endpoints = endpoints.await?;
    let url = &Endpoint::named(&endpoints, "hello")?.url;
    let http = reqwest::Client::builder()
        .no_proxy()
        // What was killed meanwhile must not be asked on an old connection.
        .pool_max_idle_per_host(0)
        .build()?;
    wait_for(url, ANSWERS, async || {
        let answer = async { http.get(url).send().await?.error_for_status()?.text().await };
        let answer: Value = serde_json::from_str(&within(REQUEST, answer).await??)?;
        match answer["service"].as_str() {
            Some("hello") => Ok(()),
            _ => Err(CheckFailure::from(format!(
                "another service answers: {answer}"
            ))),
        }
    })
    .await?;
    Ok(timed(&format!("{url} answered"), started))
}
