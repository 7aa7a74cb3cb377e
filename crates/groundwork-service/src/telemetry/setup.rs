//! The one call: the log, the spans' way to the collector, and the guard that flushes both.

use std::{env, io, time::Duration};

use opentelemetry::{Key, KeyValue, Value, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer as _, Registry,
    filter::filter_fn,
    fmt::MakeWriter,
    layer::SubscriberExt as _,
    util::{SubscriberInitExt as _, TryInitError},
};

use super::{
    lines::Lines,
    outbox::{NoRoom, Outbox, Processor, Undelivered},
    post::Post,
};

/// How long a guard that is only dropped waits for the last spans.
const DROPPED: Duration = Duration::from_secs(3);

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The collector's settings make no sense.
    #[error("cannot make the exporter of spans")]
    Exporter(#[from] ExporterBuildError),
    /// There is no HTTP client.
    #[error("cannot make the HTTP client for spans")]
    Client(#[from] reqwest::Error),
    /// There is no thread for it.
    #[error("cannot start the thread that sends spans")]
    Thread(#[from] io::Error),
    /// It was set up before.
    #[error("logs and traces are set up already")]
    Again(#[from] TryInitError),
}

/// Keeps the telemetry going; dropping it flushes the rest.
#[derive(Debug)]
#[must_use = "without it, the last spans are lost"]
pub struct Telemetry {
    outbox: Option<Outbox>,
}

/// Sets up logs and traces for the rest of the program. `name` and `version` are the program's own
/// (`env!("CARGO_PKG_NAME")`); the environment may give the service another name.
///
/// # Errors
/// [`Error`]. A collector may be away.
pub fn init(name: &'static str, version: &'static str) -> Result<Telemetry, Error> {
    let resource = resource(name, version);
    let collector = env::var("OTEL_EXPORTER_OTLP_ENDPOINT").is_ok_and(|it| !it.is_empty());
    let (processor, outbox) = match collector {
        true => {
            let exporter = SpanExporter::builder().with_http();
            let exporter = exporter.with_http_client(Post::new()?).build()?;
            let (processor, outbox) = Outbox::start(exporter, &resource)?;
            (Some(processor), Some(outbox))
        }
        false => (None, None),
    };
    subscriber(io::stdout, resource, processor).try_init()?;
    Ok(Telemetry { outbox })
}

impl Telemetry {
    /// Whether spans go to a collector.
    #[must_use]
    pub fn exports(&self) -> bool {
        self.outbox.is_some()
    }

    /// Waits until there is room for another span: for a program that would rather be late than lose
    /// one. A service has no use for it.
    ///
    /// # Errors
    /// When there is none for as long as `patience`.
    pub async fn room(&self, patience: Duration) -> Result<(), NoRoom> {
        match &self.outbox {
            Some(outbox) => outbox.room(patience).await,
            None => Ok(()),
        }
    }

    /// Hands over what is left, for `bound` at most. It blocks: call it where nothing else is to be done.
    ///
    /// # Errors
    /// When there were spans that the collector never got.
    pub fn shutdown(mut self, bound: Duration) -> Result<(), Undelivered> {
        match self.outbox.take() {
            Some(outbox) => outbox.close(bound),
            None => Ok(()),
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.outbox.take().map(|outbox| outbox.close(DROPPED)) {
            tracing::warn!(%error, "stopped");
        }
    }
}

/// The service's identity. The environment's word goes before the program's.
pub(crate) fn resource(name: &'static str, version: &'static str) -> Resource {
    let told = Resource::builder().build();
    let of = |key| told.get(&Key::from_static_str(key));
    let mut own = vec![];
    // What the SDK says where the environment says nothing.
    if of("service.name") == Some(Value::from("unknown_service")) {
        own.push(KeyValue::new("service.name", name));
    }
    if of("service.version").is_none() {
        own.push(KeyValue::new("service.version", version));
    }
    Resource::builder().with_attributes(own).build()
}

pub(crate) fn subscriber<W: for<'a> MakeWriter<'a> + Send + Sync + 'static>(
    writer: W,
    resource: Resource,
    processor: Option<Processor>,
) -> impl Subscriber + Send + Sync {
    let mut provider = SdkTracerProvider::builder().with_resource(resource);
    if let Some(processor) = processor {
        provider = provider.with_span_processor(processor);
    }
    let tracer = provider.build().tracer(env!("CARGO_PKG_NAME"));
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_target(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(in_traces).with_max_level_hint(Level::INFO));
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    Registry::default()
        .with(spans)
        .with(Lines(writer).with_filter(chosen))
}

/// Spans whatever lines the log has, and errors in them; other lines are found by their trace id.
fn in_traces(metadata: &Metadata<'_>) -> bool {
    let most = if metadata.is_span() {
        Level::INFO
    } else {
        Level::ERROR
    };
    *metadata.level() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_names_the_service_where_the_environment_does_not() {
        let resource = resource("desk", "1.2.3");
        let of = |key| resource.get(&Key::from_static_str(key)).unwrap();
        assert_eq!(of("service.name"), Value::from("desk"));
        assert_eq!(of("service.version"), Value::from("1.2.3"));
        assert_eq!(of("telemetry.sdk.language"), Value::from("rust"));
    }
}
