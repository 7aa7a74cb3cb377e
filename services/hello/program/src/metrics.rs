//! What the service counts beside its requests.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::ConstGauge},
    registry::Registry,
};

use crate::lag::Lag;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Topic {
    topic: String,
}

#[derive(Clone)]
pub(crate) struct Metrics {
    events: Family<Topic, Counter>,
    pub(crate) lag: Lag,
}

impl Metrics {
    /// Puts all of them into `registry`; `condition` is what the gauge for alerts says, if there is one.
    pub(crate) fn register(registry: &mut Registry, condition: Option<i64>) -> Self {
        let events = Family::default();
        registry.register("events_read", "Events read and dealt with", events.clone());
        let lag = Lag::default();
        registry.register_collector(Box::new(lag.clone()));
        if let Some(condition) = condition {
            registry.register(
                "groundwork_check_condition",
                "What a check sets to make an alert fire and resolve",
                ConstGauge::new(condition),
            );
        }
        Self { events, lag }
    }

    /// One event that was read from `topic` and dealt with.
    pub(crate) fn event(&self, topic: &str) {
        let topic = topic.to_owned();
        self.events.get_or_create(&Topic { topic }).inc();
    }
}
