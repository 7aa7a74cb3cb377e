//! What the service counts, in the text format that Prometheus reads.

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Topic {
    topic: String,
}

#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Labels, Counter>,
    durations: Family<Labels, Histogram, fn() -> Histogram>,
    events: Family<Topic, Counter>,
}

impl Metrics {
    pub(crate) const CONTENT_TYPE: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// One request that took `elapsed`.
    pub(crate) fn observe(&self, route: &str, status: u16, elapsed: Duration) {
        let labels = Labels {
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let seconds = elapsed.as_secs_f64();
        self.durations.get_or_create(&labels).observe(seconds);
    }

    /// One event that was read from `topic` and dealt with.
    pub(crate) fn event(&self, topic: &str) {
        let topic = topic.to_owned();
        self.events.get_or_create(&Topic { topic }).inc();
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes all that is written to it");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        // From 0.5 ms to 8 s, each bucket twice the one before.
        let durations = Family::new_with_constructor(
            (|| Histogram::new(exponential_buckets(0.0005, 2.0, 15))) as fn() -> Histogram,
        );
        let mut registry = Registry::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time from a request's head to the answer's head",
            durations.clone(),
        );
        let events = Family::default();
        registry.register("events_read", "Events read and dealt with", events.clone());
        Self {
            registry: Arc::new(registry),
            requests,
            durations,
            events,
        }
    }
}
