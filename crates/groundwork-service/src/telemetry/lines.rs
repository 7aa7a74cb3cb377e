//! The log's form: one flat JSON object a line, with the trace and span that it belongs to. A
//! collector needs no parser of its own for it.

use std::{fmt, io::Write as _};

use jiff::Timestamp;
use opentelemetry::trace::{SpanId, TraceId};
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context};

use super::context;

/// Writes each event as a line.
pub(crate) struct Lines<W>(pub(crate) W);

impl<S: Subscriber, W: for<'a> MakeWriter<'a> + 'static> Layer<S> for Lines<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let span = context::current();
        let line = Line {
            time: format!("{:.3}", Timestamp::now()),
            level: word(*event.metadata().level()),
            target: event.metadata().target(),
            message: fields.message,
            fields: fields.others,
            trace_id: some(span.trace_id(), TraceId::INVALID),
            span_id: some(span.span_id(), SpanId::INVALID),
        };
        let mut bytes = serde_json::to_vec(&line).expect("text, numbers and maps of them");
        bytes.push(b'\n');
        // In one piece, so that lines of threads do not mix. A service goes on without a reader of its log.
        let _ = self.0.make_writer().write_all(&bytes);
    }
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    level: &'static str,
    target: &'a str,
    message: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<String>,
}

/// As OpenTelemetry's severity text is written here everywhere.
fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

fn some<T: PartialEq + fmt::Display>(id: T, none: T) -> Option<String> {
    (id != none).then(|| id.to_string())
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        let name = match field.name() {
            // A line has each name once.
            name @ ("time" | "level" | "target" | "trace_id" | "span_id") => {
                format!("field_{name}")
            }
            name => name.to_owned(),
        };
        self.others.insert(name, value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            _ => self.add(field, value),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }
}
