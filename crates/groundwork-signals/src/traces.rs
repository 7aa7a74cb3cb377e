//! Jaeger: traces by their id, or by service and time.
//!
//! It speaks the [query API, version 3](https://www.jaegertracing.io/docs/latest/architecture/apis/) as JSON over HTTP:
//! `{"result": …}` around OTLP's JSON, in which numbers of 64 bits are strings. Where there is no trace it answers 404.
//!
//! | request | asked by |
//! |---|---|
//! | `GET /api/v3/traces/ID` | [`Traces::get`] |
//! | `GET /api/v3/traces?query.service_name=…` | [`Traces::find`], [`Traces::each`], [`Traces::text`] |
//! | `GET /api/v3/services` | [`Traces::services`] |

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::{error::Error, http::Http, window::Window};

const TRACES: &str = "/api/v3/traces";
const SERVICES: &str = "/api/v3/services";
/// More traces than any piece has: a search without a number gives a hundred.
const AT_ONCE: usize = 100_000;

/// A client of Jaeger.
#[derive(Debug, Clone)]
pub struct Traces(Http);

/// What a span is to the spans around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A step within a service, or not said.
    Internal,
    /// A request that the service answers.
    Server,
    /// A request that the service makes.
    Client,
    /// An event that the service publishes.
    Producer,
    /// An event that the service reads.
    Consumer,
}

/// A step of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The trace that it is a step of.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// The id of the step of which it is a part; empty when there is none.
    pub parent: String,
    /// The service that did it.
    pub service: String,
    /// The pod that it ran in.
    pub pod: String,
    /// What was done.
    pub name: String,
    /// What it is to the spans around it.
    pub kind: Kind,
    /// When it began, in nanoseconds since 1970.
    pub start: u64,
    /// When it ended, in nanoseconds since 1970.
    pub end: u64,
    /// What else is known: texts and whole numbers.
    pub attributes: BTreeMap<String, String>,
}

impl Traces {
    /// The Jaeger at `url`.
    ///
    /// # Errors
    /// [`Error::Silent`] when no client can be made.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self(Http::new(url)?))
    }

    /// The spans of trace `id` as they were written; none when it is not known.
    ///
    /// # Errors
    /// [`Error`] when it gives no answer of the documented form; so for all that follow.
    pub async fn get(&self, id: &str) -> Result<Vec<Span>, Error> {
        let path = format!("{TRACES}/{id}");
        // NB: without `raw` Jaeger corrects times as it thinks clocks differ.
        let found = self.found(&path, &[("raw_traces", "true")]).await?;
        self.spans(&path, found)
    }

    /// The spans of at most `limit` traces in which `service` has a part, begun within `window`.
    pub async fn find(
        &self,
        service: &str,
        window: Window,
        limit: usize,
    ) -> Result<Vec<Span>, Error> {
        let found = self.of_service(service, window, limit).await?;
        self.spans(TRACES, found)
    }

    /// Shows `see` every span of the traces in which `service` has a part, begun within `window`:
    /// as often as it is there. They are read `piece` by piece, as no answer can hold them all.
    pub async fn each(
        &self,
        service: &str,
        window: Window,
        piece: SignedDuration,
        mut see: impl FnMut(Span),
    ) -> Result<(), Error> {
        let mut before = BTreeSet::new();
        let mut from = window.from;
        while from < window.to {
            let to = from + piece;
            let found = self.find(service, Window { from, to }, AT_ONCE).await?;
            let traces: BTreeSet<_> = found.iter().map(|span| span.trace.clone()).collect();
            // One that began at the very edge is in two pieces.
            let new = found.into_iter().filter(|it| !before.contains(&it.trace));
            new.for_each(&mut see);
            before = traces;
            from = to;
        }
        Ok(())
    }

    /// The services that have written spans.
    pub async fn services(&self) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            services: Vec<String>,
        }
        let text = self.0.get(SERVICES, &[]).await?;
        let answer: Answer = self.0.read(SERVICES, &text)?;
        Ok(answer.services)
    }

    /// All that is kept of the traces in which `service` has a part, begun within `window`, as the
    /// server gives it; nothing when there are none.
    pub async fn text(&self, service: &str, window: Window) -> Result<String, Error> {
        let found = self.of_service(service, window, AT_ONCE).await?;
        Ok(found.unwrap_or_default())
    }

    async fn of_service(
        &self,
        service: &str,
        window: Window,
        limit: usize,
    ) -> Result<Option<String>, Error> {
        let (from, to) = (window.from.to_string(), window.to.to_string());
        let limit = limit.to_string();
        let query = [
            ("query.service_name", service),
            ("query.start_time_min", &from),
            ("query.start_time_max", &to),
            ("query.num_traces", &limit),
            ("query.raw_traces", "true"),
        ];
        self.found(TRACES, &query).await
    }

    /// What was `found` at `path`, as spans.
    fn spans(&self, path: &str, found: Option<String>) -> Result<Vec<Span>, Error> {
        match found {
            Some(text) => Ok(spans(self.0.read(path, &text)?)),
            None => Ok(vec![]),
        }
    }

    async fn found(&self, path: &str, query: &[(&str, &str)]) -> Result<Option<String>, Error> {
        match self.0.get(path, query).await {
            // It has none.
            Err(Error::Refused { status: 404, .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

/// OTLP as JSON, in Jaeger's wrapping.
#[derive(Deserialize)]
struct Answer {
    result: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[serde(default)]
    resource_spans: Vec<OfResource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfResource {
    #[serde(default)]
    resource: Attributes,
    #[serde(default)]
    scope_spans: Vec<OfScope>,
}

#[derive(Deserialize)]
struct OfScope {
    #[serde(default)]
    spans: Vec<Written>,
}

#[derive(Default, Deserialize)]
struct Attributes {
    #[serde(default)]
    attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
struct Attribute {
    key: String,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    trace_id: String,
    span_id: String,
    #[serde(default)]
    parent_span_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: u8,
    #[serde(deserialize_with = "nanoseconds")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "nanoseconds")]
    end_time_unix_nano: u64,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

/// Protobuf's JSON has numbers of 64 bits as strings.
fn nanoseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => text.parse().map_err(D::Error::custom),
        other => other
            .as_u64()
            .ok_or_else(|| D::Error::custom("no nanoseconds")),
    }
}

fn spans(answer: Answer) -> Vec<Span> {
    let mut spans = vec![];
    for of_resource in answer.result.resource_spans {
        let resource = texts(of_resource.resource.attributes);
        let known = |name| resource.get(name).cloned().unwrap_or_default();
        let (service, pod) = (known("service.name"), known("k8s.pod.name"));
        let written = of_resource.scope_spans.into_iter().flat_map(|it| it.spans);
        spans.extend(written.map(|span| Span {
            trace: span.trace_id,
            id: span.span_id,
            parent: span.parent_span_id,
            service: service.clone(),
            pod: pod.clone(),
            name: span.name,
            kind: match span.kind {
                2 => Kind::Server,
                3 => Kind::Client,
                4 => Kind::Producer,
                5 => Kind::Consumer,
                _ => Kind::Internal,
            },
            start: span.start_time_unix_nano,
            end: span.end_time_unix_nano,
            attributes: texts(span.attributes),
        }));
    }
    spans
}

fn texts(attributes: Vec<Attribute>) -> BTreeMap<String, String> {
    let text = |Attribute { key, value }| {
        let number = value["intValue"].as_i64().map(|number| number.to_string());
        let text = value["stringValue"].as_str().or(value["intValue"].as_str());
        Some((key, text.map(str::to_owned).or(number)?))
    };
    attributes.into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_knows_its_service_its_parent_and_its_times() {
        let answer = r#"{"result":{"resourceSpans":[{
            "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}},
                                      {"key":"k8s.pod.name","value":{"stringValue":"hello-1"}}]},
            "scopeSpans":[{"scope":{"name":"hello"},"spans":[{
                "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",
                "parentSpanId":"53995c3f42cd8ad8","flags":256,"name":"POST /events","kind":2,
                "startTimeUnixNano":"1769000000000000001","endTimeUnixNano":"1769000000000000009",
                "attributes":[{"key":"http.route","value":{"stringValue":"/events"}},
                              {"key":"n","value":{"intValue":"12"}}],"status":{}}]}]},
            {"resource":{},"scopeSpans":[{"scope":{},"spans":[{
                "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"01","parentSpanId":"",
                "startTimeUnixNano":"5","endTimeUnixNano":"6","status":{}}]}]}]}}"#;
        let spans = spans(serde_json::from_str(answer).unwrap());
        let span = &spans[0];
        assert_eq!((&*span.service, &*span.pod), ("hello", "hello-1"));
        assert_eq!(span.kind, Kind::Server);
        assert_eq!(span.parent, "53995c3f42cd8ad8");
        assert_eq!(span.end - span.start, 8);
        assert_eq!(span.attributes["http.route"], "/events");
        assert_eq!(span.attributes["n"], "12");
        assert_eq!((&*spans[1].service, &*spans[1].parent), ("", ""));
    }
}
