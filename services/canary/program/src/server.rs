//! What the service answers: whether it lives, its figures for Prometheus, and the ages as JSON.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::{Json, Router, extract::State, routing::get};
use groundwork_service::{Readiness, ops};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, gauge::ConstGauge},
    registry::Registry,
};

use crate::ages::{Age, Ages, Store};

/// The ages, for who changes them and for who asks.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Mutex<Ages>>);

impl Shared {
    pub(crate) fn new(ages: Ages) -> Self {
        Self(Arc::new(Mutex::new(ages)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Ages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ages are worked out when they are asked for, so that a canary that hangs does not stay young.
impl Collector for Shared {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let ages = self.lock();
        let mut metric = encoder.encode_descriptor(
            "canary_age_seconds",
            "How long ago the newest was sent that the store has given back",
            None,
            MetricType::Gauge,
        )?;
        for age in ages.told(Instant::now()) {
            let labels = [("store", age.store)];
            ConstGauge::new(age.age_seconds).encode(metric.encode_family(&labels)?)?;
        }
        if let Some(second) = ages.second() {
            let metric = encoder.encode_descriptor(
                "canary_sent_timestamp_seconds",
                "When the newest round was sent",
                None,
                MetricType::Gauge,
            )?;
            ConstGauge::new(second).encode(metric)?;
        }
        Ok(())
    }
}

/// Everything that the service answers. Without spans: those of the rounds are its only ones.
pub(crate) fn router(ages: Shared, readiness: Readiness) -> Router {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(ages.clone()));
    // It is ready from the start: its first round is not waited for.
    Router::new()
        .route("/ages", get(told))
        .with_state(ages)
        .merge(ops(readiness, registry))
}

async fn told(State(ages): State<Shared>) -> Json<[Age; Store::ALL.len()]> {
    Json(ages.lock().told(Instant::now()))
}

#[cfg(test)]
mod tests {
    use groundwork_service::text;

    use super::*;
    use crate::ages::Round;

    #[test]
    fn each_store_has_its_age_and_the_sample_is_the_second_of_the_newest_round() {
        let shared = Shared::new(Ages::new(Instant::now()));
        let mut registry = Registry::default();
        registry.register_collector(Box::new(shared.clone()));
        assert!(!text(&registry).contains("canary_sent"));
        for second in [1_795_993_200, 1_795_993_260] {
            shared.lock().sent(Round {
                id: "a".into(),
                second,
                sent: Instant::now(),
            });
        }
        let text = text(&registry);
        for store in Store::ALL {
            let begin = format!("canary_age_seconds{{store=\"{}\"}} ", store.name());
            assert!(text.contains(&begin), "{begin} is not in\n{text}");
        }
        let sample = "\ncanary_sent_timestamp_seconds 1795993260\n";
        assert!(text.contains(sample), "{text}");
    }
}
