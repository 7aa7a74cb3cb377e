//! The log as whoever collects it reads it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::logged;
use crate::telemetry::context;

#[test]
fn a_line_is_one_flat_object_with_its_fields_and_its_time() {
    let before = Timestamp::now();
    let mut lines = logged(|| {
        let (order, ratio) = ("7", 0.5);
        tracing::warn!(target: "desk", order, ratio, count = 3, done = true, "sold\nout of {}", "ACME");
    });
    let line = lines[0].as_object_mut().unwrap();
    let time = line.remove("time").unwrap();
    let time = time.as_str().unwrap();
    assert_eq!(time.len(), "2026-01-01T00:00:00.000Z".len(), "{time}");
    let read: Timestamp = time.parse().unwrap();
    assert!((read.as_millisecond() - before.as_millisecond()).abs() < 60_000);
    let expected = json!({
        "level": "warn", "target": "desk", "message": "sold\nout of ACME",
        "order": "7", "ratio": 0.5, "count": 3, "done": true,
    });
    assert_eq!(lines, [expected]);
}

#[test]
fn a_line_inside_a_span_tells_the_trace_and_the_innermost_span() {
    let mut ids = vec![];
    let lines = logged(|| {
        let _outer = tracing::info_span!("outer").entered();
        let _inner = tracing::info_span!("inner").entered();
        ids.push(context::current());
        tracing::info!("inside");
    });
    assert_eq!(lines[0]["trace_id"], ids[0].trace_id().to_string());
    assert_eq!(lines[0]["span_id"], ids[0].span_id().to_string());
}

#[test]
fn a_field_cannot_pass_for_what_the_line_itself_says() {
    let lines = logged(|| tracing::info!(level = "none", trace_id = 1, "x"));
    assert_eq!(lines[0]["level"], "info");
    assert_eq!(lines[0]["field_level"], "none");
    assert_eq!(lines[0]["field_trace_id"], 1);
    assert_eq!(lines[0].get("trace_id"), None);
}

#[test]
fn lines_below_the_chosen_level_are_not_written() {
    assert_eq!(logged(|| tracing::debug!("detail")), [] as [Value; 0]);
}
