//! The requests that a service answers: counted, timed and logged.

use std::time::{Duration, Instant, SystemTime};

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter, exemplar::HistogramWithExemplars, family::Family,
        histogram::exponential_buckets,
    },
    registry::Registry,
};

use crate::{ops::is_ops, telemetry::trace_id};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: String,
    status: u16,
}

/// Leads from a figure to a trace that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Example {
    trace_id: String,
}

type Durations = HistogramWithExemplars<Example>;

/// The counter `http_requests_total` and the histogram `http_request_duration_seconds`, both by route
/// and status. For [`observe`].
#[derive(Debug, Clone)]
pub struct Requests {
    answered: Family<Labels, Counter>,
    durations: Family<Labels, Durations, fn() -> Durations>,
    unmatched: &'static str,
    quiet: fn(&str, StatusCode) -> bool,
}

impl Requests {
    /// Puts both into `registry`, with no request yet.
    pub fn register(registry: &mut Registry) -> Self {
        let answered = Family::default();
        registry.register("http_requests", "Requests answered", answered.clone());
        // From 0.5 ms to 8 s, each bucket twice the one before.
        let durations = Family::new_with_constructor(
            (|| Durations::new(exponential_buckets(0.0005, 2.0, 15))) as fn() -> Durations,
        );
        registry.register(
            "http_request_duration_seconds",
            "Time from a request's head to the answer's head",
            durations.clone(),
        );
        Self {
            answered,
            durations,
            unmatched: "none",
            quiet: |route, _| is_ops(route),
        }
    }

    /// What the label `route` says of requests that only the fallback answers; `none` otherwise.
    #[must_use]
    pub fn unmatched(self, unmatched: &'static str) -> Self {
        Self { unmatched, ..self }
    }

    /// Which requests, by route and status, the log has at the level debug; those for [`ops`](crate::ops())
    /// otherwise. All others are of the level info.
    #[must_use]
    pub fn quiet(self, quiet: fn(&str, StatusCode) -> bool) -> Self {
        Self { quiet, ..self }
    }

    /// One request, the one that the current span is of, that took `elapsed`.
    fn count(&self, route: &str, status: StatusCode, elapsed: Duration) {
        let labels = Labels {
            route: route.to_owned(),
            status: status.as_u16(),
        };
        self.answered.get_or_create(&labels).inc();
        let example = trace_id().map(|trace_id| Example { trace_id });
        let now = example.is_some().then(SystemTime::now);
        let durations = self.durations.get_or_create(&labels);
        durations.observe(elapsed.as_secs_f64(), example, now);
    }
}

/// Counts, times and logs a request. For `axum::middleware::from_fn_with_state`; inside of
/// [`server_span`](crate::telemetry::server_span) its figures have exemplars.
pub async fn observe(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    // The pattern and not the path, so that no client can make up new time series.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let started = Instant::now();
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let route = route
        .as_ref()
        .map_or(requests.unmatched, MatchedPath::as_str);
    let status = response.status();
    requests.count(route, status, elapsed);
    let milliseconds = elapsed.as_secs_f64() * 1e3;
    let (quiet, status) = ((requests.quiet)(route, status), status.as_u16());
    if quiet {
        tracing::debug!(%method, route, status, milliseconds, "request");
    } else {
        tracing::info!(%method, route, status, milliseconds, "request");
    }
    response
}
