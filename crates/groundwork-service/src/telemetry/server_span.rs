//! The span of a request that a service answers, by OpenTelemetry's conventions for HTTP.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::header::USER_AGENT;
use tracing::{Instrument as _, Span, field::Empty};

use super::context::{continued, of_headers};
use crate::ops::is_ops;

/// Answers a request inside a span named `METHOD route`, which continues the trace that the request
/// brings. For `axum::middleware::from_fn`, as the outermost layer of a router.
pub async fn server_span(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    if route.is_some_and(is_ops) {
        return next.run(request).await;
    }
    let span = span(&request, route);
    continued(&span, of_headers(request.headers()));
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    // Signed, as every number of OpenTelemetry's; others would become text.
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", status.as_str());
    }
    response
}

fn span(request: &Request, route: Option<&str>) -> Span {
    let method = request.method().as_str();
    // The pattern and never the path, so that no client can make up new names.
    let name = match route {
        Some(route) => format!("{method} {route}"),
        None => method.to_owned(),
    };
    let agent = request.headers().get(USER_AGENT);
    tracing::info_span!(
        "request",
        otel.name = name,
        otel.kind = "server",
        otel.status_code = Empty,
        error.type = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        url.scheme = "http",
        url.path = request.uri().path(),
        user_agent.original = agent.and_then(|agent| agent.to_str().ok()),
    )
}
