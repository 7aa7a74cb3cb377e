//! A service that is deployed, reached, killed, and keeps its data.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::hello;
use crate::{
    runner::{Check, Context, Speed, Verdict, judged},
    shared::{
        node,
        objects::{container, name},
        test_bed::{SERVICE, TestBed},
        words::{duration, timed},
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.1",
        name: "a test service is deployed and becomes ready",
        bound: "ready within 60 s",
        speed: Speed::Also,
        run: |context| Box::pin(deployed(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.1",
        name: "another pod reaches the test service by its DNS name",
        bound: "answered by the service's own pod",
        run: |context| Box::pin(by_name(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.1",
        name: "this machine reaches the stack's service on loopback",
        bound: "answered by hello",
        run: |context| Box::pin(hello::answers(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.1",
        name: "a pod comes back after its process was killed",
        bound: "one more restart, ready again within 60 s",
        speed: Speed::Also,
        run: |context| Box::pin(restarts(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.1",
        name: "a PersistentVolumeClaim's data outlives its pod",
        bound: "the new pod reads what the old one wrote",
        run: |context| Box::pin(keeps_data(context)),
        ..Check::GENTLE
    },
];

/// How long a service or a restarted container may take to be ready; the bound is ours.
const READY: Duration = Duration::from_secs(60);

async fn deployed(context: &Context) -> Verdict {
    // One that is there already would prove nothing.
    TestBed::remove(context).await?;
    let bed = TestBed::ready(context).await?;
    let ready = duration(bed.took);
    judged(
        context.in_time(bed.took, READY),
        format!("{} ready in {ready}", name(&bed.pod().await?)),
    )
}

async fn by_name(context: &Context) -> Verdict {
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

async fn restarts(context: &Context) -> Verdict {
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

async fn keeps_data(context: &Context) -> Verdict {
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
