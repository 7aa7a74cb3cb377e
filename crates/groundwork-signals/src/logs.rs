//! VictoriaLogs: lines in, and found again with LogsQL.
//!
//! It speaks the [querying API](https://docs.victoriametrics.com/victorialogs/querying/) and the
//! [JSON stream API](https://docs.victoriametrics.com/victorialogs/data-ingestion/#json-stream-api):
//!
//! | request | answer | asked by |
//! |---|---|---|
//! | `POST /select/logsql/query`, the query as a form | a line of JSON for each log line found | [`Logs::search`] and what counts |
//! | `POST /insert/jsonline?_stream_fields=…`, lines of JSON | nothing | [`Logs::write`] |
//! | `GET /metrics` | Prometheus' text format | [`Logs::retention`], [`Logs::too_old`] |

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{error::Error, http::Http};

const QUERY: &str = "/select/logsql/query";
const INSERT: &str = "/insert/jsonline";
const METRICS: &str = "/metrics";

/// A client of VictoriaLogs.
#[derive(Debug, Clone)]
pub struct Logs(Http);

/// A log line as its fields; `_msg` is the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(BTreeMap<String, String>);

impl Line {
    /// Field `name`, empty when the line has none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What was said.
    #[must_use]
    pub fn message(&self) -> &str {
        self.field("_msg")
    }

    /// The service that said it.
    #[must_use]
    pub fn service(&self) -> &str {
        self.field("service.name")
    }

    /// When, if it can be read.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.field("_time").parse().ok()
    }

    /// What its fields say.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Whether any field has `text` in it.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        self.values().any(|value| value.contains(text))
    }

    fn of(fields: Map<String, Value>) -> Self {
        let plain = |value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let fields = fields.into_iter();
        Self(fields.map(|(name, value)| (name, plain(value))).collect())
    }
}

impl Logs {
    /// The VictoriaLogs at `url`.
    ///
    /// # Errors
    /// [`Error::Silent`] when no client can be made.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self(Http::new(url)?))
    }

    /// What the LogsQL `query` finds, in no order.
    ///
    /// # Errors
    /// [`Error`] when it gives no answer of the documented form; so for all that follow.
    pub async fn search(&self, query: &str) -> Result<Vec<Line>, Error> {
        let text = self.0.form(QUERY, &[("query", query)]).await?;
        let lines = text.lines().filter(|line| !line.is_empty());
        let line = |text| Ok(Line::of(self.0.read(QUERY, text)?));
        lines.map(line).collect()
    }

    /// How many lines `filter` finds.
    pub async fn count(&self, filter: &str) -> Result<u64, Error> {
        self.number(&format!("{filter} | stats count() as rows"), "rows")
            .await
    }

    /// How many different messages the lines have that `filter` finds.
    pub async fn distinct(&self, filter: &str) -> Result<u64, Error> {
        let query = format!("{filter} | stats count_uniq_hash(_msg) as rows");
        self.number(&query, "rows").await
    }

    /// When the first and the last of the lines were written that `filter` finds, if it finds any.
    pub async fn times(&self, filter: &str) -> Result<Option<(Timestamp, Timestamp)>, Error> {
        let query = format!("{filter} | stats min(_time) as first, max(_time) as last");
        let lines = self.search(&query).await?;
        let time = |field| lines.first()?.field(field).parse().ok();
        Ok(time("first").zip(time("last")))
    }

    /// The number in `field` of the one line that `query` finds.
    async fn number(&self, query: &str, field: &str) -> Result<u64, Error> {
        let lines = self.search(query).await?;
        let found = lines.first().map_or("", |line| line.field(field));
        found.parse().map_err(|_| Error::Unexpected {
            url: self.0.url(QUERY),
            found: format!("'{found}' for {query}"),
            wanted: "a number",
        })
    }

    /// Takes in lines of JSON, whose `stream` fields (with commas) tell their streams apart.
    pub async fn write(&self, lines: String, stream: &str) -> Result<(), Error> {
        let query = [("_stream_fields", stream)];
        self.0.lines(INSERT, &query, lines).await?;
        Ok(())
    }

    /// How long it keeps lines, as the running server was told: `14d`.
    pub async fn retention(&self) -> Result<String, Error> {
        let text = self.0.get(METRICS, &[]).await?;
        flag(&text, "retentionPeriod").ok_or_else(|| Error::Unexpected {
            url: self.0.url(METRICS),
            found: "no flag of that name".into(),
            wanted: "retentionPeriod",
        })
    }

    /// How many lines it has refused as older than it keeps them.
    pub async fn too_old(&self) -> Result<u64, Error> {
        let text = self.0.get(METRICS, &[]).await?;
        let name = r#"vl_rows_dropped_total{reason="too_small_timestamp"} "#;
        let count = text.lines().find_map(|line| line.strip_prefix(name));
        Ok(count.and_then(|it| it.trim().parse().ok()).unwrap_or(0))
    }
}

/// A flag's value in metrics: `flag{name="retentionPeriod", value="14d", is_set="true"} 1`.
fn flag(metrics: &str, name: &str) -> Option<String> {
    let begin = format!(r#"flag{{name="{name}", value=""#);
    let rest = metrics.lines().find_map(|line| line.strip_prefix(&begin))?;
    Some(rest.split('"').next()?.to_owned())
}

/// `text` as LogsQL takes it between quotation marks.
#[must_use]
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The filter for lines of `service`.
#[must_use]
pub fn of_service(service: &str) -> String {
    format!("{{\"service.name\"={}}}", quoted(service))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_its_fields() {
        let text = r#"{"_time":"2026-01-02T03:04:05.000000006Z","_stream_id":"0000000000000000e934",
            "_stream":"{k8s.namespace.name=\"hello\",service.name=\"hello\"}","_msg":"order taken",
            "k8s.pod.name":"hello-1","service.name":"hello","severity_text":"info",
            "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#;
        let line = Line::of(serde_json::from_str(text).unwrap());
        assert_eq!((line.service(), line.message()), ("hello", "order taken"));
        assert_eq!(line.time().unwrap().subsec_nanosecond(), 6);
        assert!(line.mentions("4bf92f3577b34da6"));
        assert!(!line.mentions("goodbye"));
        assert_eq!(line.values().filter(|value| *value == "hello").count(), 1);
        assert_eq!(line.field("span_id"), "");
    }

    #[test]
    fn a_flag_is_read_from_the_metrics() {
        let metrics = "flag{name=\"retention.maxDiskSpaceUsageBytes\", value=\"5GiB\", is_set=\"true\"} 1\n\
            flag{name=\"retentionPeriod\", value=\"14d\", is_set=\"true\"} 1\n";
        assert_eq!(flag(metrics, "retentionPeriod").as_deref(), Some("14d"));
        assert_eq!(flag(metrics, "retention"), None);
    }

    #[test]
    fn what_is_searched_for_cannot_leave_its_quotation_marks() {
        assert_eq!(quoted(r#"a" or "b"#), r#""a\" or \"b""#);
        assert_eq!(of_service("hello"), r#"{"service.name"="hello"}"#);
    }
}
