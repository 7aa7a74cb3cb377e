//! Prometheus: what it collects, what its rules say, and its samples.
//!
//! It speaks the [HTTP API, version 1](https://prometheus.io/docs/prometheus/latest/querying/api/). Each answer is
//! `{"status", "data"}`. A time is RFC 3339 in a request and seconds since 1970 in an answer.
//!
//! | request | asked by |
//! |---|---|
//! | `POST /api/v1/query` | [`Metrics::query`], [`Metrics::query_at`], [`Metrics::value`] |
//! | `POST /api/v1/query_range` | [`Metrics::range`] |
//! | `GET /api/v1/targets?state=active` | [`Metrics::targets`] |
//! | `GET /api/v1/rules` | [`Metrics::rules`] |
//! | `GET /api/v1/alerts` | [`Metrics::alerts`] |
//! | `GET /api/v1/status/runtimeinfo` | [`Metrics::retention`] |

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{error::Error, http::Http, window::Window};

const QUERY: &str = "/api/v1/query";
const RANGE: &str = "/api/v1/query_range";

/// Fixed questions over a day: what was recorded, what has to be worked out from every container,
/// and from every bucket of every operation.
pub const QUESTIONS: [&str; 3] = [
    "namespace_pod_container:container_cpu_usage_seconds:rate2m",
    "sum by (namespace, pod) (rate(container_cpu_usage_seconds_total[5m]))",
    "histogram_quantile(0.95, sum by (le, service_name, span_name) \
     (rate(traces_span_metrics_duration_milliseconds_bucket[5m])))",
];
/// Seconds between two points of their answers.
pub const STEP: u32 = 60;

/// A client of Prometheus.
#[derive(Debug, Clone)]
pub struct Metrics(Http);

/// Names and values that tell series apart.
pub type Labels = BTreeMap<String, String>;

/// What is collected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// After relabelling: `job`, `instance`, …
    pub labels: Labels,
    /// `up`, `down` or `unknown`.
    pub health: String,
    /// Why it is not up.
    pub last_error: String,
}

/// A recording or alerting rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// What it records, or the alert's name.
    pub name: String,
    /// `ok`, `err` or `unknown` until it was evaluated.
    pub health: String,
    /// `recording` or `alerting`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why it is not healthy.
    #[serde(default)]
    pub last_error: String,
}

/// An alert that is pending or firing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Alert {
    /// `alertname` and what else the rule gave it.
    pub labels: Labels,
    /// `pending` or `firing`.
    pub state: String,
}

/// A series and its samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What tells it apart.
    pub labels: Labels,
    /// Seconds since 1970, and the value then.
    pub samples: Vec<(f64, f64)>,
}

impl Series {
    /// The last value.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.samples.last().map(|(_, value)| *value)
    }
}

impl Metrics {
    /// The Prometheus at `url`.
    ///
    /// # Errors
    /// [`Error::Silent`] when no client can be made.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self(Http::new(url)?))
    }

    /// Everything that it collects.
    ///
    /// # Errors
    /// [`Error`] when it gives no answer of the documented form; so for all that follow.
    pub async fn targets(&self) -> Result<Vec<Target>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Targets {
            active_targets: Vec<Target>,
        }
        let targets: Targets = self.data("/api/v1/targets", &[("state", "active")]).await?;
        Ok(targets.active_targets)
    }

    /// Every rule of every group.
    pub async fn rules(&self) -> Result<Vec<Rule>, Error> {
        #[derive(Deserialize)]
        struct Groups {
            groups: Vec<Group>,
        }
        #[derive(Deserialize)]
        struct Group {
            rules: Vec<Rule>,
        }
        let groups: Groups = self.data("/api/v1/rules", &[]).await?;
        Ok(groups.groups.into_iter().flat_map(|it| it.rules).collect())
    }

    /// The alerts whose condition holds.
    pub async fn alerts(&self) -> Result<Vec<Alert>, Error> {
        #[derive(Deserialize)]
        struct Alerts {
            alerts: Vec<Alert>,
        }
        let alerts: Alerts = self.data("/api/v1/alerts", &[]).await?;
        Ok(alerts.alerts)
    }

    /// How long it keeps samples, in its own words: `30d or 4GiB`.
    pub async fn retention(&self) -> Result<String, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Runtime {
            storage_retention: String,
        }
        let runtime: Runtime = self.data("/api/v1/status/runtimeinfo", &[]).await?;
        Ok(runtime.storage_retention)
    }

    /// What `expression` is now.
    pub async fn query(&self, expression: &str) -> Result<Vec<Series>, Error> {
        self.series(QUERY, &[("query", expression)]).await
    }

    /// What `expression` was at `moment`.
    pub async fn query_at(&self, expression: &str, at: Timestamp) -> Result<Vec<Series>, Error> {
        let at = at.to_string();
        let form = [("query", expression), ("time", &at)];
        self.series(QUERY, &form).await
    }

    /// What `expression` was in `window`, each `step` seconds.
    pub async fn range(
        &self,
        expression: &str,
        window: Window,
        step: u32,
    ) -> Result<Vec<Series>, Error> {
        let (from, to) = (window.from.to_string(), window.to.to_string());
        let step = step.to_string();
        let form = [
            ("query", expression),
            ("start", &from),
            ("end", &to),
            ("step", &step),
        ];
        self.series(RANGE, &form).await
    }

    /// The one value that `expression` is now, if there is such a series.
    pub async fn value(&self, expression: &str) -> Result<Option<f64>, Error> {
        let found = self.query(expression).await?;
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(one.value()),
            several => Err(Error::Unexpected {
                url: self.0.url(QUERY),
                found: format!("{} series of {expression}", several.len()),
                wanted: "one",
            }),
        }
    }

    async fn data<T: for<'a> Deserialize<'a>>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Error> {
        let text = self.0.get(path, query).await?;
        let answer: Answer<T> = self.0.read(path, &text)?;
        Ok(answer.data)
    }

    async fn series(&self, path: &str, form: &[(&str, &str)]) -> Result<Vec<Series>, Error> {
        let text = self.0.form(path, form).await?;
        let answer: Answer<Results> = self.0.read(path, &text)?;
        Ok(answer.data.result.into_iter().map(Series::from).collect())
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Results {
    result: Vec<Found>,
}

/// A series as Prometheus writes it: one value, or several.
#[derive(Deserialize)]
struct Found {
    metric: Labels,
    value: Option<Sample>,
    #[serde(default)]
    values: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample(f64, #[serde(deserialize_with = "number")] f64);

/// Prometheus writes values as strings, as JSON has no `NaN`.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

impl From<Found> for Series {
    fn from(found: Found) -> Self {
        let samples = found.value.into_iter().chain(found.values);
        Self {
            labels: found.metric,
            samples: samples.map(|Sample(at, value)| (at, value)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(text: &str) -> Vec<Series> {
        let answer: Answer<Results> = serde_json::from_str(text).unwrap();
        answer.data.result.into_iter().map(Series::from).collect()
    }

    #[test]
    fn a_value_of_now_and_a_range_of_values_are_both_series() {
        let now = series(
            r#"{"status":"success","data":{"resultType":"vector","result":[
                {"metric":{"__name__":"up","job":"etcd"},"value":[1769000000.123,"1"]}]}}"#,
        );
        assert_eq!(now[0].value(), Some(1.0));
        assert_eq!(now[0].labels["job"], "etcd");
        let range = series(
            r#"{"status":"success","data":{"resultType":"matrix","result":[
                {"metric":{},"values":[[1769000000,"1.5"],[1769000060,"+Inf"],[1769000120,"NaN"]]}]}}"#,
        );
        assert_eq!(range[0].samples[0], (1_769_000_000.0, 1.5));
        assert_eq!(range[0].samples[1].1, f64::INFINITY);
        assert!(range[0].value().unwrap().is_nan());
    }

    #[test]
    fn a_target_that_is_down_says_why() {
        let target: Target = serde_json::from_str(
            r#"{"discoveredLabels":{"__address__":"10.213.0.7:8080"},
                "labels":{"instance":"10.213.0.7:8080","job":"pods"},"scrapePool":"pods",
                "scrapeUrl":"http://10.213.0.7:8080/metrics","globalUrl":"","lastError":"connection refused",
                "lastScrape":"2026-01-02T03:04:05Z","lastScrapeDuration":0.1,"health":"down",
                "scrapeInterval":"15s","scrapeTimeout":"10s"}"#,
        )
        .unwrap();
        assert_eq!(
            (&*target.health, &*target.last_error),
            ("down", "connection refused")
        );
    }

    #[test]
    fn a_rule_is_healthy_unless_it_has_an_error() {
        let rules: Vec<Rule> = serde_json::from_str(
            r#"[{"name":"job:up:sum","query":"sum(up)","health":"ok","type":"recording",
                 "evaluationTime":0.1,"lastEvaluation":"2026-01-02T03:04:05Z"},
                {"name":"TargetDown","query":"up == 0","health":"err","type":"alerting","state":"inactive",
                 "lastError":"many-to-many matching not allowed","duration":60,"labels":{},"annotations":{},
                 "alerts":[],"evaluationTime":0,"lastEvaluation":"2026-01-02T03:04:05Z"}]"#,
        )
        .unwrap();
        assert_eq!(rules[0].last_error, "");
        assert_eq!(rules[1].last_error, "many-to-many matching not allowed");
    }
}
