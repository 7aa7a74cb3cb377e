//! How far a group's readers are behind, as the Kafka client itself counts it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _},
    metrics::{MetricType, gauge::ConstGauge},
};
use rdkafka::{ClientContext, Statistics, consumer::ConsumerContext};

/// How often the client counts, in milliseconds.
pub(crate) const EVERY: &str = "15000";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    group: String,
    topic: String,
    partition: i32,
}

/// The lag of each partition that is read here, as it was last counted. All of it is replaced at
/// once: a partition that went to another reader is that one's to tell of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lag(Arc<Mutex<Vec<(Labels, i64)>>>);

impl Lag {
    fn count(&self, group: &str, statistics: &Statistics) {
        let mut counted = vec![];
        for (topic, it) in &statistics.topics {
            for (partition, it) in &it.partitions {
                // Below zero it is not known: not read here, or nothing committed yet.
                if it.desired && it.consumer_lag >= 0 {
                    let labels = Labels {
                        group: group.to_owned(),
                        topic: topic.clone(),
                        partition: *partition,
                    };
                    counted.push((labels, it.consumer_lag));
                }
            }
        }
        counted.sort_by_key(|(labels, _)| labels.partition);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = counted;
    }
}

impl Collector for Lag {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.is_empty() {
            return Ok(());
        }
        let mut metric = encoder.encode_descriptor(
            "kafka_consumer_lag",
            "Events that the group has yet to read",
            None,
            MetricType::Gauge,
        )?;
        for (labels, lag) in &*counted {
            ConstGauge::new(*lag).encode(metric.encode_family(labels)?)?;
        }
        Ok(())
    }
}

/// What the client calls when it has counted.
pub(crate) struct Counting {
    pub(crate) group: String,
    pub(crate) lag: Lag,
}

impl ClientContext for Counting {
    fn stats(&self, statistics: Statistics) {
        self.lag.count(&self.group, &statistics);
    }
}

impl ConsumerContext for Counting {}

#[cfg(test)]
mod tests {
    use groundwork_service::text;
    use prometheus_client::registry::Registry;
    use rdkafka::statistics::{Partition, Topic};

    use super::*;

    fn statistics(partitions: &[(i32, bool, i64)]) -> Statistics {
        let partition = |(partition, desired, consumer_lag)| Partition {
            partition,
            desired,
            consumer_lag,
            ..Partition::default()
        };
        let partitions = partitions.iter().copied();
        let topic = Topic {
            partitions: partitions.map(|it| (it.0, partition(it))).collect(),
            ..Topic::default()
        };
        Statistics {
            topics: [("orders".to_owned(), topic)].into(),
            ..Statistics::default()
        }
    }

    #[test]
    fn the_lag_of_what_is_read_here_is_shown_and_goes_when_another_reads_it() {
        let (lag, mut registry) = (Lag::default(), Registry::default());
        registry.register_collector(Box::new(lag.clone()));
        assert!(!text(&registry).contains("kafka_consumer_lag"));
        let count = |partitions: &[_]| lag.count("desk", &statistics(partitions));
        count(&[(0, true, 7), (1, false, 9), (2, true, -1), (-1, false, -1)]);
        let line = r#"kafka_consumer_lag{group="desk",topic="orders",partition="0"} 7"#;
        let shown = text(&registry);
        assert!(shown.contains(line), "{shown}");
        assert_eq!(shown.matches("kafka_consumer_lag{").count(), 1, "{shown}");
        count(&[(1, true, 0)]);
        let shown = text(&registry);
        assert!(!shown.contains(r#"partition="0""#), "{shown}");
        assert!(shown.contains(r#"partition="1"} 0"#), "{shown}");
    }
}
