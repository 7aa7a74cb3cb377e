//! What the cluster asks a service for: whether it lives, whether it is ready, and its figures.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, Router, http::StatusCode, routing::get};
use prometheus_client::registry::Registry;
use serde_json::json;

use crate::{metrics, readiness::Readiness};

const HEALTH: &str = "/health";
const READY: &str = "/ready";
const METRICS: &str = "/metrics";

/// `/health`, which depends on nothing else, `/ready` by `readiness`, which names what is missing, and `/metrics` with
/// all of `figures`.
pub fn ops(readiness: Readiness, figures: Registry) -> Router {
    let figures = Arc::new(figures);
    let status = |status| Json(json!({"status": status}));
    let ready = async move || {
        if readiness.is_stopping() {
            return (StatusCode::SERVICE_UNAVAILABLE, status("stopping"));
        }
        let missing: BTreeMap<_, _> = readiness.missing().await.into_iter().collect();
        if missing.is_empty() {
            return (StatusCode::OK, status("ready"));
        }
        let missing = Json(json!({"status": "missing", "missing": missing}));
        (StatusCode::SERVICE_UNAVAILABLE, missing)
    };
    Router::new()
        .route(HEALTH, get(async move || status("ok")))
        .route(READY, get(ready))
        .route(METRICS, get(async move || metrics::answer(&figures)))
}

/// Whether machines ask for `route` every few seconds: their spans and lines would hide the others.
pub(crate) fn is_ops(route: &str) -> bool {
    [HEALTH, READY, METRICS].contains(&route)
}
