//! How a trace goes from one service to the next: as W3C `traceparent` in the headers of a request
//! or a record.

use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator as _},
    trace::{SpanContext, TraceContextExt as _, TraceFlags},
};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const PARENT: &str = "traceparent";

/// Puts the current span into an HTTP request's headers.
pub fn to_headers(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject(&mut HeaderInjector(headers));
}

/// What an HTTP request's headers say about the span that it comes from.
pub(super) fn of_headers(headers: &HeaderMap) -> Context {
    read(&HeaderExtractor(headers))
}

/// The current span as headers of text, for a record.
#[must_use]
pub fn to_map() -> HashMap<String, String> {
    let mut map = HashMap::new();
    TraceContextPropagator::new().inject(&mut map);
    map.retain(|_, value| !value.is_empty());
    map
}

/// What a record's headers say about the span that it comes from.
#[must_use]
pub fn of_map(map: &HashMap<String, String>) -> Context {
    read(map)
}

fn read(headers: &dyn Extractor) -> Context {
    let plain = headers.get(PARENT).and_then(plain);
    TraceContextPropagator::new().extract(&Parent { headers, plain })
}

/// Headers with a `traceparent` that has the flags of level 1 alone.
///
/// NB: `opentelemetry_sdk` 0.31 ignores a parent with flags above 2, and the trace ends there. Level 2 has 03,
/// sampled and of a random id (<https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>).
struct Parent<'a> {
    headers: &'a dyn Extractor,
    plain: Option<String>,
}

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match &self.plain {
            Some(plain) if key == PARENT => Some(plain),
            _ => self.headers.get(key),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.headers.keys()
    }
}

/// A `traceparent` of version 0 without the flags that level 1 does not have.
fn plain(parent: &str) -> Option<String> {
    let (rest, flags) = parent.trim().rsplit_once('-')?;
    if flags.len() != 2 || !rest.starts_with("00-") {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    Some(format!("{rest}-{flags:02x}"))
}

/// Makes `span`, which must not be entered yet, a child of the span in `parent`, if there is one.
pub fn continued(span: &Span, parent: Context) {
    if parent.span().span_context().is_valid() {
        // It fails where telemetry was not set up, and then there is no trace to continue.
        let _ = span.set_parent(parent);
    }
}

/// The current trace, if its spans are kept: what an exemplar points at.
#[must_use]
pub fn trace_id() -> Option<String> {
    let span = current();
    (span.is_valid() && span.is_sampled()).then(|| span.trace_id().to_string())
}

/// The current span, which may be none.
pub(super) fn current() -> SpanContext {
    Context::current().span().span_context().clone()
}
