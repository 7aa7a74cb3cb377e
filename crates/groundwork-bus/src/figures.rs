//! What a service counts of its events.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::lag::Lag;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Topic {
    topic: String,
}

/// The counters `events_read_total` and `events_dead_total` by topic, and the gauge `kafka_consumer_lag`.
#[derive(Debug, Clone)]
pub struct Figures {
    read: Family<Topic, Counter>,
    dead: Family<Topic, Counter>,
    pub(crate) lag: Lag,
}

impl Figures {
    /// Puts all of them into `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let (read, dead, lag) = (Family::default(), Family::default(), Lag::default());
        registry.register("events_read", "Events read and dealt with", read.clone());
        registry.register(
            "events_dead",
            "Events that the handler refused",
            dead.clone(),
        );
        registry.register_collector(Box::new(lag.clone()));
        Self { read, dead, lag }
    }

    /// One event that was read from `topic` and dealt with.
    pub fn read(&self, topic: &str) {
        let topic = topic.to_owned();
        self.read.get_or_create(&Topic { topic }).inc();
    }

    /// One event of `topic` that became a dead letter.
    pub(crate) fn dead(&self, topic: &str) {
        let topic = topic.to_owned();
        self.dead.get_or_create(&Topic { topic }).inc();
    }
}
