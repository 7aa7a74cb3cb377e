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
pub(crate) fn of_headers(headers: &HeaderMap) -> Context {
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
/// NB: for `opentelemetry_sdk` 0.31 a parent with flags above 2 is none, and the trace ends there. Level 2 has
/// 03, sampled and of a random id (<https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>).
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

/// Makes `span`, which nobody has entered yet, a child of the span in `parent`, if there is one.
pub fn continued(span: &Span, parent: Context) {
    if parent.span().span_context().is_valid() {
        // It fails where nobody set up telemetry, and then there is no trace to continue.
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
pub(crate) fn current() -> SpanContext {
    Context::current().span().span_context().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::logged;

    const SPAN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    fn record(parent: &str) -> HashMap<String, String> {
        HashMap::from([(PARENT.into(), parent.into())])
    }

    #[test]
    fn a_span_continues_the_trace_that_a_record_brings_and_hands_on_itself() {
        logged(|| {
            let span = tracing::info_span!("process");
            continued(&span, of_map(&record(SPAN)));
            let _inside = span.enter();
            assert_eq!(trace_id().as_deref(), Some(TRACE));
            let onward = to_map();
            let parts: Vec<_> = onward["traceparent"].split('-').collect();
            assert_eq!((parts[0], parts[1], parts[3]), ("00", TRACE, "01"));
            assert_eq!(parts[2], current().span_id().to_string());
            assert_ne!(parts[2], "b7ad6b7169203331");
            assert_eq!(onward.len(), 1, "an empty tracestate says nothing");
        });
    }

    #[test]
    fn headers_say_the_same_as_records() {
        logged(|| {
            let _inside = tracing::info_span!("ask").entered();
            let mut headers = HeaderMap::new();
            to_headers(&mut headers);
            assert_eq!(headers["traceparent"], to_map()["traceparent"]);
            let there = of_headers(&headers).span().span_context().clone();
            assert_eq!(there.span_id(), current().span_id());
            assert!(there.is_remote());
        });
    }

    #[test]
    fn a_record_without_a_readable_parent_begins_a_trace() {
        logged(|| {
            for map in [HashMap::new(), record("00-nonsense")] {
                let span = tracing::info_span!("process");
                continued(&span, of_map(&map));
                let trace = span.in_scope(trace_id).unwrap();
                assert_ne!(trace, TRACE);
            }
        });
    }

    #[test]
    fn a_trace_that_its_sender_does_not_keep_has_no_exemplars() {
        logged(|| {
            let span = tracing::info_span!("process");
            continued(&span, of_map(&record(&SPAN.replace("-01", "-00"))));
            assert_eq!(span.in_scope(trace_id), None);
            assert_eq!(span.in_scope(current).trace_id().to_string(), TRACE);
        });
    }

    #[test]
    fn flags_of_a_later_level_do_not_end_a_trace() {
        logged(|| {
            for (flags, kept) in [("03", true), ("02", false), ("ff", true)] {
                let span = tracing::info_span!("process");
                continued(
                    &span,
                    of_map(&record(&SPAN.replace("-01", &format!("-{flags}")))),
                );
                let there = span.in_scope(current);
                assert_eq!(there.trace_id().to_string(), TRACE, "{flags}");
                assert_eq!(there.is_sampled(), kept, "{flags}");
            }
        });
    }

    #[test]
    fn outside_of_spans_there_is_nothing_to_hand_on() {
        logged(|| {
            assert_eq!(trace_id(), None);
            assert!(to_map().is_empty());
        });
    }
}
