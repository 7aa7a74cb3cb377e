//! What a service counts, as Prometheus reads it.

use axum::{http::header::CONTENT_TYPE, response::IntoResponse};
use prometheus_client::{encoding::text::encode, registry::Registry};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures of `registry` in the text format of `OpenMetrics`.
#[must_use]
pub fn text(registry: &Registry) -> String {
    let mut text = String::new();
    encode(&mut text, registry).expect("a String takes all that is written to it");
    text
}

/// The same as an answer.
pub(crate) fn answer(registry: &Registry) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, OPEN_METRICS)], text(registry))
}
