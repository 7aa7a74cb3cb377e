//! The spans, lines and figures of requests.

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode as Code};
use prometheus_client::registry::Registry;
use reqwest::Client;
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Builder};

use super::collector::{Collector, attribute, seen};
use crate::{
    metrics::text,
    requests::{Requests, observe},
    telemetry::{
        context::{to_headers, to_map},
        server_span::server_span,
    },
};

/// What is seen of one GET of `path` with `headers`.
fn spans_of(path: &str, headers: HeaderMap) -> Vec<Span> {
    let routes = Router::new()
        .route("/orders/{id}", get(async || "sold"))
        .route("/broken", get(async || StatusCode::BAD_GATEWAY))
        .route("/health", get(async || "ok"))
        .layer(from_fn(server_span));
    seen(Collector::start([]), || ask(routes, path, headers))
}

/// One GET of `path`.
fn ask(routes: Router, path: &str, headers: HeaderMap) {
    // On this thread alone, as the others know nothing of the test's subscriber.
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{path}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, routes).into_future());
        let client = Client::builder().user_agent("tests").build().unwrap();
        client.get(url).headers(headers).send().await.unwrap();
    });
}

fn says(span: &Span, key: &str) -> Option<String> {
    attribute(&span.attributes, key)
}

#[test]
fn a_request_is_a_span_with_the_name_of_its_route() {
    let spans = spans_of("/orders/7?key=secret", HeaderMap::new());
    assert_eq!(spans.len(), 1);
    let span = &spans[0];
    assert_eq!(span.name, "GET /orders/{id}");
    assert_eq!(span.kind(), SpanKind::Server);
    assert!(span.parent_span_id.is_empty());
    for (key, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/orders/{id}"),
        ("http.response.status_code", "IntValue(200)"),
        ("url.path", "/orders/7"),
        ("url.scheme", "http"),
        ("user_agent.original", "tests"),
    ] {
        assert_eq!(says(span, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(says(span, "error.type"), None);
    assert!(!format!("{span:?}").contains("secret"));
}

#[test]
fn a_request_continues_the_trace_of_whoever_asks() {
    let mut headers = HeaderMap::new();
    let mut asker = String::new();
    super::logged(|| {
        let _asking = tracing::info_span!("ask").entered();
        to_headers(&mut headers);
        asker = to_map()["traceparent"].clone();
    });
    let span = &spans_of("/orders/7", headers)[0];
    let trace = u128::from_be_bytes(span.trace_id.as_slice().try_into().unwrap());
    let parent = u64::from_be_bytes(span.parent_span_id.as_slice().try_into().unwrap());
    assert_eq!(format!("00-{trace:032x}-{parent:016x}-01"), asker);
}

#[test]
fn only_the_services_own_failures_are_errors() {
    let span = &spans_of("/broken", HeaderMap::new())[0];
    assert_eq!(span.status.as_ref().unwrap().code(), Code::Error);
    assert_eq!(says(span, "error.type").as_deref(), Some("502"));
    let span = &spans_of("/nowhere", HeaderMap::new())[0];
    assert_eq!(span.name, "GET");
    assert_eq!(says(span, "http.route"), None);
    assert_eq!(
        says(span, "http.response.status_code").as_deref(),
        Some("IntValue(404)")
    );
    assert_eq!(
        span.status.as_ref().map_or(Code::Unset, |it| it.code()),
        Code::Unset
    );
}

#[test]
fn what_machines_ask_all_the_time_makes_no_span() {
    assert_eq!(spans_of("/health", HeaderMap::new()), []);
}

/// The lines of one GET of `path`, and the figures after it.
fn observed(path: &'static str, requests: fn(Requests) -> Requests) -> (Vec<Value>, String) {
    let mut registry = Registry::default();
    let requests = requests(Requests::register(&mut registry));
    let routes = Router::new()
        .route("/orders/{id}", get(async || "sold"))
        .route("/health", get(async || "ok"))
        .layer(from_fn_with_state(requests, observe));
    let lines = super::logged(|| ask(routes, path, HeaderMap::new()));
    (lines, text(&registry))
}

#[test]
fn a_request_is_a_line_and_a_figure_of_its_route() {
    let (lines, figures) = observed("/orders/7", |it| it);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["message"], "request");
    assert_eq!(line["level"], "info");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/orders/{id}");
    assert_eq!(line["status"], 200);
    assert!(line["milliseconds"].is_f64(), "{line}");
    let line = r#"http_requests_total{route="/orders/{id}",status="200"} 1"#;
    assert!(figures.contains(line), "{figures}");
}

#[test]
fn what_machines_ask_all_the_time_is_counted_and_makes_no_line() {
    let (lines, figures) = observed("/health", |it| it);
    assert_eq!(lines, [] as [Value; 0]);
    let line = r#"http_requests_total{route="/health",status="200"} 1"#;
    assert!(figures.contains(line), "{figures}");
}

#[test]
fn a_service_names_what_no_route_matches_and_chooses_its_lines() {
    let chosen = |it: Requests| it.unmatched("page").quiet(|_, status| status == 404);
    let (lines, figures) = observed("/nowhere/7", chosen);
    assert_eq!(lines, [] as [Value; 0]);
    let line = r#"http_requests_total{route="page",status="404"} 1"#;
    assert!(figures.contains(line), "{figures}");
    let (lines, _) = observed("/health", chosen);
    assert_eq!(lines[0]["route"], "/health");
}
