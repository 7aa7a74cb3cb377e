//! A metric query over a day is answered quickly.

use std::time::{Duration, Instant};

use groundwork_signals::{
    Window,
    metrics::{QUESTIONS, STEP, Series},
};
use jiff::{SignedDuration, Timestamp};

use super::times::{QUERY, SCRAPED};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, quick},
    shared::{order, signals::metrics, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "a metric query over a day is answered quickly",
    bound: "< 1 s each, with an answer",
    run: |context| Box::pin(queries(context)),
    ..Check::SPEED
}];

async fn queries(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    // So that there are spans to be counted.
    order::send(context).await?;
    let now = Timestamp::now();
    let day = Window {
        from: now - SignedDuration::from_hours(24),
        // Past the wait for the first answer.
        to: now + SignedDuration::from_secs(120),
    };
    let (mut slowest, mut samples, mut seconds) = (Duration::ZERO, 0, 0.0_f64);
    for question in QUESTIONS {
        // A cluster that has just begun has too little to work out a rate.
        let found = wait_for(question, SCRAPED, async || {
            let started = Instant::now();
            let found = metrics.range(question, day, STEP).await?;
            let took = started.elapsed();
            match found.as_slice() {
                [] => Err(CheckFailure::from("no answer")),
                _ => Ok((found, took)),
            }
        });
        let (found, took) = found.await?;
        slowest = slowest.max(took);
        samples += found
            .iter()
            .map(|series| series.samples.len())
            .sum::<usize>();
        seconds = seconds.max(length(&found));
    }
    quick(
        slowest < QUERY,
        format!(
            "{} at most for {} queries, {samples} samples of {:.1} h",
            duration(slowest),
            QUESTIONS.len(),
            seconds / 3600.0
        ),
    )
}

/// From the first to the last sample, in seconds.
fn length(found: &[Series]) -> f64 {
    let times = found.iter().flat_map(|it| &it.samples).map(|(at, _)| *at);
    let (first, last) = times.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), at| {
        (first.min(at), last.max(at))
    });
    (last - first).max(0.0)
}
