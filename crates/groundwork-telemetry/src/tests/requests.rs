//! The spans of requests.

use axum::{Router, middleware::from_fn, routing::get};
use http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode as Code};
use reqwest::Client;
use tokio::{net::TcpListener, runtime::Builder};

use super::collector::{Collector, attribute, seen};
use crate::{server_span, to_headers, to_map};

/// What is seen of one GET of `path` with `headers`.
fn spans_of(path: &str, headers: HeaderMap) -> Vec<Span> {
    let routes = Router::new()
        .route("/orders/{id}", get(async || "sold"))
        .route("/broken", get(async || StatusCode::BAD_GATEWAY))
        .route("/health", get(async || "ok"))
        .layer(from_fn(server_span));
    seen(Collector::start([]), || {
        // On this thread alone, as the others know nothing of the test's subscriber.
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}{path}", listener.local_addr().unwrap());
            tokio::spawn(axum::serve(listener, routes).into_future());
            let client = Client::builder().user_agent("tests").build().unwrap();
            client.get(url).headers(headers).send().await.unwrap();
        });
    })
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
