//! The load driver of the benchmark and the validation.
//!
//! With a rate it is an open loop: the n-th message is due at start + n/rate, whatever the bus does.
//! Its latency runs from then until this process has consumed it. So a stall is counted in full, for
//! every message that it delayed. Without a rate it sends as fast as the client takes, and counts
//! what arrived. It judges nothing.

mod ceiling;
mod drive;
mod latency;
mod payload;
mod plan;
mod read;
mod send;
mod tuning;

pub use ceiling::ceiling;
pub use latency::Latency;
pub use plan::{Acks, LoadPlan, Outcome};

use crate::{
    Bus, Error,
    error::blocking,
    load::tuning::{KEPT_BYTES, SEGMENT_BYTES},
};

/// Runs `plan` against `bus`.
///
/// # Errors
/// [`Error::Failed`] when the topic cannot be made or a client refuses. Messages that are lost or
/// late are part of the result.
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
