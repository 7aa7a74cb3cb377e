//! What the service counts, in the text format that Prometheus reads.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use groundwork_telemetry::trace_id;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter, exemplar::HistogramWithExemplars, family::Family, gauge::ConstGauge,
        histogram::exponential_buckets,
    },
    registry::Registry,
};

use crate::lag::Lag;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Topic {
    topic: String,
}

/// Leads from a figure to a trace that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Example {
    trace_id: String,
}

type Durations = HistogramWithExemplars<Example>;

#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Labels, Counter>,
    durations: Family<Labels, Durations, fn() -> Durations>,
    events: Family<Topic, Counter>,
    pub(crate) lag: Lag,
}

impl Metrics {
    pub(crate) const CONTENT_TYPE: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// All of them at nothing; `condition` is what the gauge for alerts says, if there is one.
    pub(crate) fn new(condition: Option<i64>) -> Self {
        let requests = Family::default();
        // From 0.5 ms to 8 s, each bucket twice the one before.
        let durations = Family::new_with_constructor(
            (|| Durations::new(exponential_buckets(0.0005, 2.0, 15))) as fn() -> Durations,
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
        let lag = Lag::default();
        registry.register_collector(Box::new(lag.clone()));
        if let Some(condition) = condition {
            registry.register(
                "groundwork_check_condition",
                "What a check sets to make an alert fire and resolve",
                ConstGauge::new(condition),
            );
        }
        Self {
            registry: Arc::new(registry),
            requests,
            durations,
            events,
            lag,
        }
    }

    /// One request, the one that the current span is of, that took `elapsed`.
    pub(crate) fn observe(&self, route: &str, status: u16, elapsed: Duration) {
        let labels = Labels {
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let seconds = elapsed.as_secs_f64();
        let example = trace_id().map(|trace_id| Example { trace_id });
        let now = example.is_some().then(SystemTime::now);
        let durations = self.durations.get_or_create(&labels);
        durations.observe(seconds, example, now);
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
