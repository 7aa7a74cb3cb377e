//! A service that is deployed, reached, killed, and keeps its data.

use std::time::{Duration, Instant};

use groundwork_apply::Endpoint;
use serde_json::Value;

use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    node,
    test_bed::{SERVICE, TestBed, container, name, timed},
    wait::{until, within},
};

/// How long one request may take. It stays on this machine.
const REQUEST: Duration = Duration::from_secs(5);

/// How long a service or a restarted container may take to be ready; the bound is ours.
const READY: Duration = Duration::from_secs(60);

/// How long the stack's service may take to answer after something was killed.
const ANSWERS: Duration = Duration::from_secs(60);

pub(super) async fn deployed(context: &Context) -> Verdict {
    // One that is there already would prove nothing.
    crate::test_bed::remove(context).await?;
    let bed = TestBed::ready(context).await?;
    let ready = duration(bed.took);
    judged(
        context.in_time(bed.took, READY),
        format!("{} ready in {ready}", name(&bed.pod().await?)),
    )
}

pub(super) async fn by_name(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let started = Instant::now();
    let answer = bed.ask_by_name().await?;
    let answer: Value = serde_json::from_str(answer.trim())
        .map_err(|error| format!("the answer is no JSON ({error}): {answer}"))?;
    let pod = bed.pod().await?;
    let by = answer["pod"].as_str().unwrap_or_default();
    judged(
        by == name(&pod),
        timed(&format!("answered by '{by}'"), started),
    )
}

pub(super) async fn on_loopback(context: &Context) -> Verdict {
    answers(context).await
}

/// Asks the stack's hello on its loopback endpoint until it answers.
pub(super) async fn answers(context: &Context) -> Verdict {
    let started = Instant::now();
    let endpoints = until("the endpoints", ANSWERS, async || {
        Ok(context.cluster().await?.endpoints().await?)
    });
    let endpoints = endpoints.await?;
    let url = &Endpoint::named(&endpoints, "hello")?.url;
    let http = reqwest::Client::builder()
        .no_proxy()
        // What was killed meanwhile must not be asked on an old connection.
        .pool_max_idle_per_host(0)
        .build()?;
    until(url, ANSWERS, async || {
        let answer = async { http.get(url).send().await?.error_for_status()?.text().await };
        let answer: Value = serde_json::from_str(&within(REQUEST, answer).await??)?;
        match answer["service"].as_str() {
            Some("hello") => Ok(()),
            _ => Err(Failure::from(format!("another service answers: {answer}"))),
        }
    })
    .await?;
    Ok(timed(&format!("{url} answered"), started))
}

pub(super) async fn restarts(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let pod = bed.pod().await?;
    let (id, before) = container(&pod, SERVICE)?;
    let started = Instant::now();
    node::kill_container(context, &id).await?;
    let after = bed.restarted(name(&pod), before).await?;
    let took = started.elapsed();
    judged(
        context.in_time(took, READY),
        format!(
            "restarts {before} -> {after}, ready again in {}",
            duration(took)
        ),
    )
}

pub(super) async fn keeps_data(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let old = bed.pod().await?;
    let note = format!("written by {} at {}", name(&old), jiff::Timestamp::now());
    bed.write_note("pod", &note).await?;
    let started = Instant::now();
    bed.delete_pod(name(&old)).await?;
    let new = bed.other_pod_than(name(&old)).await?;
    let found = bed.read_note("pod").await?;
    let what = format!("{} read '{found}'", name(&new));
    judged(found == note, timed(&what, started))
}
