//! What the service answers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use groundwork_telemetry::server_span;
use serde::Serialize;

use crate::{Config, metrics::Metrics, notes};

/// What the handlers share.
pub(crate) struct App {
    config: Config,
    pub(crate) metrics: Metrics,
    /// Set once it was told to stop.
    pub(crate) draining: AtomicBool,
}

impl App {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            metrics: Metrics::new(config.condition),
            config,
            draining: AtomicBool::new(false),
        }
    }
}

/// Everything that the service answers; `more` is what the configuration adds.
pub(crate) fn router(app: Arc<App>, more: Router) -> Router {
    let routes = Router::new()
        .route("/", get(root))
        .route("/health", get(|| async { "ok" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Arc::clone(&app));
    let routes = match &app.config.data {
        Some(folder) => routes.merge(notes::router(folder.clone())),
        None => routes,
    };
    routes
        .merge(more)
        .layer(middleware::from_fn_with_state(app, observe))
        .layer(middleware::from_fn(server_span))
}

#[derive(Serialize)]
struct Greeting<'a> {
    service: &'static str,
    version: &'static str,
    pod: &'a str,
    message: &'a str,
}

async fn root(State(app): State<Arc<App>>) -> Response {
    Json(Greeting {
        service: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        pod: &app.config.pod,
        message: &app.config.message,
    })
    .into_response()
}

async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.draining.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else {
        (StatusCode::OK, "ok")
    }
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, Metrics::CONTENT_TYPE)],
        app.metrics.text(),
    )
}

/// Counts, times and logs a request.
async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    // The pattern and not the path, so that no client can make up new time series.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let started = Instant::now();
    let response = next.run(request).await;

    let elapsed = started.elapsed();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    app.metrics.observe(route, status, elapsed);
    let milliseconds = elapsed.as_secs_f64() * 1e3;
    if matches!(route, "/health" | "/ready" | "/metrics") {
        tracing::debug!(%method, route, status, milliseconds, "request");
    } else {
        tracing::info!(%method, route, status, milliseconds, "request");
    }
    response
}
