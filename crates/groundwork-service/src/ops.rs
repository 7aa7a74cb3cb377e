//! What the cluster asks a service for: whether it lives, whether it is ready, and its figures.

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::get};
use prometheus_client::registry::Registry;

use crate::{metrics, readiness::Readiness};

const HEALTH: &str = "/health";
const READY: &str = "/ready";
const METRICS: &str = "/metrics";

/// `/health`, which depends on nothing else, `/ready` by `readiness`, and `/metrics` with all of `figures`.
pub fn ops(readiness: Readiness, figures: Registry) -> Router {
    let figures = Arc::new(figures);
    let ready = async move || match readiness.is_stopping() {
        true => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        false => (StatusCode::OK, "ok"),
    };
    Router::new()
        .route(HEALTH, get(async || "ok"))
        .route(READY, get(ready))
        .route(METRICS, get(async move || metrics::answer(&figures)))
}

/// Whether machines ask for `route` every few seconds: their spans and lines would hide the others.
pub(crate) fn is_ops(route: &str) -> bool {
    [HEALTH, READY, METRICS].contains(&route)
}
