//! What is where.

use axum::{Router, middleware, routing::any};
use groundwork_service::{Requests, observe, telemetry::server_span};

use crate::{
    cluster::{self, Cluster},
    dashboards,
    events::{self, Events},
    guard::{Guard, guard},
    page::{Page, not_allowed, page},
    proxy::{Proxy, proxy},
};

/// What the answers are made of.
pub(crate) struct Parts {
    pub(crate) guard: Guard,
    pub(crate) requests: Requests,
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
        // The guard goes first: a request that it refuses is counted, without a span.
        .layer(middleware::from_fn(server_span))
        .layer(middleware::from_fn_with_state(parts.guard, guard))
        .layer(middleware::from_fn_with_state(parts.requests, observe))
}
