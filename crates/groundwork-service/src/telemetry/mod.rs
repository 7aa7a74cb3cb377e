//! Logs and traces, set up by one call: [`init`] writes the log as JSON lines on standard output and
//! hands spans to an OpenTelemetry collector.
//!
//! `lines` is the log's form. `outbox` keeps the spans until the collector has them, and `post` is the
//! way there. `context` is how a trace goes from one service to the next, `server_span` the span of a
//! request.
//!
//! The environment has OpenTelemetry's own names: `OTEL_EXPORTER_OTLP_ENDPOINT` (without it there
//! are trace ids, but no spans go anywhere), `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`,
//! `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER`; `RUST_LOG` chooses the log's lines.

mod context;
mod lines;
mod outbox;
mod post;
mod server_span;
mod setup;
#[cfg(test)]
mod tests;

pub use context::{continued, of_map, to_headers, to_map, trace_id};
pub use opentelemetry::Context;
pub use outbox::{NoRoom, Undelivered};
pub use server_span::server_span;
pub use setup::{Error, Telemetry, init};
