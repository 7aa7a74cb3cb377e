//! Messages are forgotten when they are too old.

use std::time::Duration;

use groundwork_events::topics;

use super::topic::Topic;
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Turn, Verdict, judged},
    shared::{wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.2",
        name: "messages are kept for 7 days unless a topic says otherwise",
        bound: "604800000 ms",
        run: |context| Box::pin(by_default(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.2",
        name: "a topic with a minute's retention loses its old segments",
        bound: "the first offset moves within 120 s",
        speed: Speed::Also,
        turn: Turn::Aside,
        run: |context| Box::pin(of_a_minute(context)),
        ..Check::GENTLE
    },
];

/// In milliseconds.
const SEVEN_DAYS: i64 = 7 * 24 * 60 * 60 * 1000;
/// A minute of retention, the broker's look every ten seconds, and as much again for a busy machine.
const FORGOTTEN: Duration = Duration::from_secs(120);

async fn by_default(context: &Context) -> Verdict {
    let topic = Topic::new(context, "default", 1, &[]).await?;
    let found = topics::list(&topic.bus).await?;
    topic.delete().await?;
    let found = found.into_iter().find(|found| found.name == topic.name);
    let kept = found.and_then(|found| found.retention);
    let kept = kept.ok_or("the broker does not tell how long the topic's records are kept")?;
    judged(kept.millis() == SEVEN_DAYS, format!("{} ms", kept.millis()))
}

async fn of_a_minute(context: &Context) -> Verdict {
    // The least that Kafka takes, so that three segments are soon full.
    const SEGMENT: usize = 1 << 20;
    let settings = [
        ("retention.ms", "60000"),
        ("segment.bytes", "1048576"),
        ("compression.type", "uncompressed"),
    ];
    let topic = Topic::new(context, "minute", 1, &settings).await?;
    let value = vec![b'x'; SEGMENT / 4];
    for _ in 0..12 {
        topic.bus.publish(&topic.name, None, &value).await?;
    }
    let started = std::time::Instant::now();
    let forgotten = wait_for("the first segments", FORGOTTEN, async || {
        let offsets = topic.bus.offsets(&topic.name, 0).await?;
        match offsets.earliest {
            0 => Err(CheckFailure::from("the first offset is still 0")),
            earliest => Ok(format!(
                "the first offset is {earliest} of {}",
                offsets.latest
            )),
        }
    });
    let (forgotten, took) = (forgotten.await, started.elapsed());
    topic.delete().await?;
    judged(
        context.in_time(took, FORGOTTEN),
        format!("{} after {}", forgotten?, duration(took)),
    )
}
