//! What is where.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
    routing::{any, get},
};
use groundwork_telemetry::server_span;

use crate::{
    cluster::{self, Cluster},
    dashboards,
    events::{self, Events},
    guard::{Guard, guard},
    metrics::{Metrics, observe},
    page::{Page, not_allowed, page},
    proxy::{Proxy, proxy},
};

/// What the answers are made of.
pub(crate) struct Parts {
    pub(crate) guard: Guard,
    pub(crate) metrics: Metrics,
    pub(crate) page: Page,
    pub(crate) dashboards: std::path::PathBuf,
    pub(crate) proxy: Proxy,
    pub(crate) cluster: Cluster,
    pub(crate) events: Events,
}

/// What a browser gets.
pub(crate) fn browser(parts: Parts) -> Router {
    let proxied = Router::new()
        // One segment and the rest, so that a span is named after the server that is asked.
        .route("/proxy/prometheus/{*path}", any(proxy))
        .route("/proxy/victorialogs/{*path}", any(proxy))
        .route("/proxy/jaeger/{*path}", any(proxy))
        .route("/proxy/alertmanager/{*path}", any(proxy))
        .route("/proxy", any(proxy))
        .route("/proxy/{*path}", any(proxy))
        .with_state(parts.proxy);
    Router::new()
        .merge(cluster::router(parts.cluster))
        .merge(events::router(parts.events))
        .merge(dashboards::router(parts.dashboards))
        .merge(proxied)
        .merge(Router::new().fallback(page).with_state(parts.page))
        .method_not_allowed_fallback(not_allowed)
        // The guard goes first: what it refuses has no span, but is counted.
        .layer(middleware::from_fn(server_span))
        .layer(middleware::from_fn_with_state(parts.guard, guard))
        .layer(middleware::from_fn_with_state(parts.metrics, observe))
}

/// What the cluster gets, on a port that no browser reaches.
pub(crate) fn ops(metrics: Metrics, draining: Arc<AtomicBool>) -> Router {
    let ready = async |State(draining): State<Arc<AtomicBool>>| {
        if draining.load(Ordering::Relaxed) {
            (StatusCode::SERVICE_UNAVAILABLE, "stopping")
        } else {
            (StatusCode::OK, "ok")
        }
    };
    let text = async move || {
        let kind = [(header::CONTENT_TYPE, Metrics::CONTENT_TYPE)];
        (kind, metrics.text()).into_response()
    };
    Router::new()
        .route("/health", get(async || "ok"))
        .route("/ready", get(ready))
        .route("/metrics", get(text))
        .with_state(draining)
}
