//! A collector: a real listener for OTLP over HTTP that keeps what it takes.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{ResourceSpans, Span},
};
use prost::Message as _;
use tokio::{net::TcpListener, runtime::Runtime};
use tracing::{Dispatch, dispatcher::with_default};

use crate::telemetry::{
    outbox::Outbox,
    post::Post,
    setup::{resource, subscriber},
};

#[derive(Clone, Default)]
pub(super) struct Collector {
    taken: Arc<Mutex<Vec<ResourceSpans>>>,
    /// What it says to the next requests; after that it takes everything.
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl Collector {
    /// One that listens, on a thread of its own.
    pub(super) fn start(answers: impl IntoIterator<Item = StatusCode>) -> (Self, SocketAddr) {
        let collector = Self::default();
        collector.answers.lock().unwrap().extend(answers);
        let runtime = Runtime::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/v1/traces", post(take))
            .with_state(collector.clone());
        thread::spawn(move || runtime.block_on(axum::serve(listener, routes).into_future()));
        (collector, address)
    }

    pub(super) fn spans(&self) -> Vec<Span> {
        let taken = self.taken.lock().unwrap();
        let scopes = taken.iter().flat_map(|taken| &taken.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    /// An attribute of those whose spans it has.
    pub(super) fn resource(&self, key: &str) -> Option<String> {
        let taken = self.taken.lock().unwrap();
        attribute(&taken[0].resource.as_ref().unwrap().attributes, key)
    }
}

async fn take(State(collector): State<Collector>, head: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(head["content-type"], "application/x-protobuf");
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

/// An attribute as text; what is no text shows its kind.
pub(super) fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}

/// A service's telemetry that goes to `collector`.
pub(super) fn telemetry(collector: SocketAddr) -> (Outbox, Dispatch) {
    let resource = resource("desk", "1.2.3");
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Post::new().unwrap())
        .with_endpoint(format!("http://{collector}/v1/traces"));
    let (processor, outbox) = Outbox::start(exporter.build().unwrap(), &resource).unwrap();
    let subscriber = subscriber(std::io::sink, resource, Some(processor));
    (outbox, Dispatch::new(subscriber))
}

/// What `collector` has of `work`.
pub(super) fn seen(collector: (Collector, SocketAddr), work: impl FnOnce()) -> Vec<Span> {
    let (outbox, dispatch) = telemetry(collector.1);
    with_default(&dispatch, work);
    outbox.close(super::SOON).unwrap();
    collector.0.spans()
}
