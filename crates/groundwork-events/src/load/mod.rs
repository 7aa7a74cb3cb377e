//! The load driver of the benchmark and the validation.
//!
//! With a rate it is an open loop: the n-th message is due at start + n/rate, whatever the bus does,
//! and its latency runs from the moment it was due until this process has consumed it. So a stall
//! is counted in full, for every message that it delayed. Without a rate it sends as fast as the
//! client takes, and counts what arrived. It judges nothing.

mod ceiling;
mod drive;
mod latency;
mod payload;
mod read;
mod send;
mod tuning;

use std::time::Duration;

use serde::Serialize;

pub use ceiling::ceiling;
pub use latency::Latency;

use crate::{
    Bus, Error,
    error::blocking,
    load::tuning::{KEPT_BYTES, SEGMENT_BYTES},
};

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadPlan {
    /// The run's own topic: made anew, and deleted afterwards.
    pub topic: String,
    /// How many partitions it has.
    pub partitions: i32,
    /// Messages a second; `None` for as many as the client takes.
    pub rate: Option<u64>,
    /// Bytes of a value, 16 at least.
    pub size: usize,
    /// How long messages are due, after the warm-up.
    pub duration: Duration,
    /// How long messages of the same rate go before, which count for nothing but being lost: a new
    /// broker compiles its code while it works.
    pub warm_up: Duration,
    /// What a message needs to be acknowledged.
    pub acks: Acks,
}

/// What a message needs to be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// Nothing: it counts as sent.
    None,
    /// The leader has it.
    Leader,
    /// Every replica in sync has it, and the producer is idempotent.
    All,
}

/// What a run measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Messages that the client took, with those of the warm-up.
    pub sent: u64,
    /// Different messages of them that were consumed; in a run without a rate and with acks=all,
    /// those that the broker stored.
    pub received: u64,
    /// Sent and not received.
    pub lost: u64,
    /// Received more than once; only producers that are not idempotent may do that.
    pub duplicates: u64,
    /// From the first message after the warm-up to the last that arrived.
    pub seconds: f64,
    /// Messages a second that arrived in that time.
    pub rate: f64,
    /// Only with a rate: without one, latency is the length of the client's queue.
    pub latency: Option<Latency>,
    /// How late the driver itself was at worst in handing a message to the client, in ms. It is
    /// part of the latency; when it is most of it, the machine had no time for the driver.
    pub driver_behind_ms: f64,
    /// Messages that the client gave up.
    pub send_errors: u64,
}

/// Runs `plan` against `bus`.
///
/// # Errors
/// [`Error::Failed`] when the topic cannot be made or a client refuses. Messages that are lost or
/// late are no errors.
pub async fn run(bus: &Bus, plan: &LoadPlan) -> Result<Outcome, Error> {
    if bus.partitions(&plan.topic).await?.is_some() {
        // Left over by a run that was killed.
        bus.delete_topic(&plan.topic).await?;
    }
    let settings = [
        ("retention.bytes", KEPT_BYTES),
        ("segment.bytes", SEGMENT_BYTES),
    ];
    bus.create_topic(&plan.topic, plan.partitions, &settings)
        .await?;
    let outcome = driven(bus, plan).await;
    let deleted = bus.delete_topic(&plan.topic).await;
    let outcome = outcome?;
    deleted?;
    Ok(outcome)
}

async fn driven(bus: &Bus, plan: &LoadPlan) -> Result<Outcome, Error> {
    let (bootstrap, plan) = (bus.bootstrap().to_owned(), plan.clone());
    blocking(move || drive::drive(&bootstrap, &plan)).await
}

impl LoadPlan {
    /// Whether a consumer takes part. Not where acknowledgements are counted: it would take its
    /// share of the machine from what is measured.
    fn is_read(&self) -> bool {
        self.rate.is_some() || self.acks != Acks::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_bus::TestBus;

    fn plan(topic: &str, rate: Option<u64>, acks: Acks) -> LoadPlan {
        LoadPlan {
            topic: topic.into(),
            partitions: 2,
            rate,
            size: 100,
            duration: Duration::from_millis(300),
            warm_up: Duration::from_millis(100),
            acks,
        }
    }

    #[tokio::test]
    async fn every_message_of_a_paced_run_arrives_and_is_timed() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let plan = plan(&bed.name(), Some(5000), Acks::All);
        let outcome = run(&bed.bus, &plan).await.unwrap();
        assert_eq!(
            (outcome.sent, outcome.received, outcome.lost),
            (2000, 2000, 0)
        );
        assert_eq!(outcome.duplicates, 0);
        let latency = outcome.latency.unwrap();
        assert!(
            latency.p50 > 0.0 && latency.p50 <= latency.max,
            "{latency:?}"
        );
        assert_eq!(bed.bus.partitions(&plan.topic).await.unwrap(), None);
        bed.end().await;
    }

    #[tokio::test]
    async fn a_run_without_a_rate_counts_what_the_broker_stored() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let outcome = run(&bed.bus, &plan(&bed.name(), None, Acks::All))
            .await
            .unwrap();
        assert!(outcome.sent > 0);
        assert_eq!((outcome.received, outcome.lost), (outcome.sent, 0));
        assert!(outcome.latency.is_none());
        bed.end().await;
    }

    #[tokio::test]
    async fn a_run_without_acknowledgements_counts_what_was_consumed() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let outcome = run(&bed.bus, &plan(&bed.name(), None, Acks::None))
            .await
            .unwrap();
        assert!(outcome.received > 0);
        assert_eq!(outcome.sent, outcome.received + outcome.lost);
        bed.end().await;
    }
}
