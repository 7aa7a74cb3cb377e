//! A trace goes on from one service to the next.

use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry::trace::TraceContextExt as _;

use super::logged;
use crate::telemetry::context::{
    continued, current, of_headers, of_map, to_headers, to_map, trace_id,
};

const PARENT: &str = "traceparent";

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
