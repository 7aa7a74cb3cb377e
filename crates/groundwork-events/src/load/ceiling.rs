//! What the driver can do by itself: the same run against a broker that does almost nothing.

use rdkafka::mocking::MockCluster;

use super::{
    drive,
    plan::{LoadPlan, Outcome},
};
use crate::{
    Error,
    error::{blocking, failed},
};

/// Runs `plan` against the client library's own mock of a broker, inside this process and over its
/// loopback: the same code, sockets and protocol, and nothing behind them.
///
/// Its rate is the driver's ceiling, or rather less than it, since the mock shares the machine with
/// the driver. A bus that is measured near it was not measured, but the driver. The mock keeps only
/// the last few megabytes of a partition: with a consumer, what it drops counts as lost. And it
/// lets a fetch wait its whole time, so a latency here is the mock's alone.
///
/// # Errors
/// [`Error::Failed`] when the mock does not start or a client refuses.
pub async fn ceiling(plan: &LoadPlan) -> Result<Outcome, Error> {
    let plan = plan.clone();
    blocking(move || {
        let action = || failed("start a mock of a broker");
        let mock = MockCluster::new(1).map_err(action())?;
        mock.create_topic(&plan.topic, plan.partitions, 1)
            .map_err(action())?;
        drive::drive(&mock.bootstrap_servers(), &plan)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::Acks;

    #[tokio::test]
    async fn the_driver_measures_itself_without_a_broker() {
        let plan = LoadPlan {
            topic: "ceiling".into(),
            partitions: 2,
            rate: None,
            size: 100,
            duration: Duration::from_millis(200),
            warm_up: Duration::ZERO,
            acks: Acks::All,
        };
        let outcome = ceiling(&plan).await.unwrap();
        assert!(outcome.rate > 0.0, "{outcome:?}");
        assert_eq!((outcome.lost, outcome.send_errors), (0, 0));
    }

    #[tokio::test]
    async fn a_paced_run_of_its_own_arrives_whole() {
        let plan = LoadPlan {
            topic: "paced".into(),
            partitions: 2,
            rate: Some(1000),
            size: 100,
            duration: Duration::from_millis(300),
            warm_up: Duration::from_millis(100),
            acks: Acks::All,
        };
        let outcome = ceiling(&plan).await.unwrap();
        assert_eq!(
            (outcome.sent, outcome.received, outcome.lost),
            (400, 400, 0)
        );
        assert!(outcome.latency.is_some());
    }
}
