//! What the service answers.

use axum::{Json, Router, middleware, routing::get};
use groundwork_service::{Requests, observe, telemetry::server_span};
use serde::Serialize;

use crate::{config::Config, notes};

#[derive(Clone, Serialize)]
struct Greeting {
    service: &'static str,
    version: &'static str,
    pod: String,
    message: String,
}

/// Everything that the service answers; `more` is what does not follow from the configuration alone.
pub(crate) fn router(config: &Config, requests: Requests, more: Router) -> Router {
    let greeting = Greeting {
        service: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        pod: config.pod.clone(),
        message: config.message.clone(),
    };
    let greet = async move || Json(greeting);
    let routes = Router::new().route("/", get(greet));
    let routes = match &config.data {
        Some(folder) => routes.merge(notes::router(folder.clone())),
        None => routes,
    };
    routes
        .merge(more)
        .layer(middleware::from_fn_with_state(requests, observe))
        .layer(middleware::from_fn(server_span))
}
