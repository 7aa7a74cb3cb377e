//! `hello say` as whoever counts its lines and spans sees it.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use groundwork_process::exec::{Command, Error};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    trace::v1::{ResourceSpans, Span},
};
use prost::Message as _;
use serde_json::Value;
use tokio::net::TcpListener;

fn say(collector: Option<SocketAddr>, args: &[&str]) -> Result<Vec<Value>, Error> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hello"))
        .clean_env()
        .args(["say", "--prefix", "line"])
        .args(args);
    if let Some(collector) = collector {
        command = command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
            .env("OTEL_SERVICE_NAME", "speaker")
            .env("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=speaker-0");
    }
    let lines = command.read()?;
    Ok(lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect())
}

#[derive(Clone)]
struct Collector {
    taken: Arc<Mutex<Vec<ResourceSpans>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl Collector {
    async fn start(answers: &[StatusCode]) -> (Self, SocketAddr) {
        let collector = Self {
            taken: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/v1/traces", post(take))
            .with_state(collector.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        (collector, address)
    }

    fn spans(&self) -> Vec<Span> {
        let taken = self.taken.lock().unwrap();
        let scopes = taken.iter().flat_map(|taken| &taken.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }
}

async fn take(State(collector): State<Collector>, body: Bytes) -> StatusCode {
    if let Some(answer) = collector.answers.lock().unwrap().pop_front() {
        return answer;
    }
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    collector
        .taken
        .lock()
        .unwrap()
        .extend(request.resource_spans);
    StatusCode::OK
}

fn trace_id(span: &Span) -> String {
    let bytes = span.trace_id.as_slice().try_into().unwrap();
    format!("{:032x}", u128::from_be_bytes(bytes))
}

#[test]
fn lines_are_numbered_and_come_at_their_pace() {
    let began = Instant::now();
    let lines = say(None, &["--count", "6", "--per-second", "20"]).unwrap();
    assert!(
        began.elapsed() >= Duration::from_millis(250),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(lines.len(), 6);
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(line["n"], n);
        assert_eq!(line["message"], format!("line {n}"));
        assert_eq!(line["level"], "info");
        assert_eq!(line.get("trace_id"), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_has_a_span_that_arrives_even_when_the_collector_was_away() {
    let (collector, address) = Collector::start(&[StatusCode::SERVICE_UNAVAILABLE; 3]).await;
    let lines = say(
        Some(address),
        &["--spans", "--count", "3000", "--per-second", "20000"],
    );
    // What the program says about the collector is not one of its numbered lines.
    let lines: Vec<_> = lines
        .unwrap()
        .into_iter()
        .filter(|line| line.get("n").is_some())
        .collect();
    let spans = collector.spans();
    assert_eq!((lines.len(), spans.len()), (3000, 3000));
    assert!(spans.iter().all(|span| span.name == "say"));
    let of_lines = lines
        .iter()
        .map(|line| line["trace_id"].as_str().unwrap().to_owned());
    let of_spans = spans.iter().map(trace_id);
    let (of_lines, of_spans): (BTreeSet<_>, BTreeSet<_>) = (of_lines.collect(), of_spans.collect());
    assert_eq!(of_lines.len(), 3000);
    assert_eq!(of_lines, of_spans);
    let taken = collector.taken.lock().unwrap();
    let resource = format!("{:?}", taken[0].resource);
    for text in ["service.name", "speaker", "k8s.pod.name", "speaker-0"] {
        assert!(
            resource.contains(&format!("\"{text}\"")),
            "{text}: {resource}"
        );
    }
}

#[test]
fn spans_without_a_collector_are_refused() {
    let error = say(None, &["--spans", "--count", "1", "--per-second", "1"]).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("set OTEL_EXPORTER_OTLP_ENDPOINT"), "{error}");
}
