//! The queries behind a dashboard's panels, with values in the places of its variables. Pure.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::Value;

/// How long back a dashboard is drawn.
pub(super) const RANGE: SignedDuration = SignedDuration::from_hours(1);
/// Seconds between two points.
pub(super) const STEP: u32 = 30;

/// A query of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// The panel's title.
    pub(super) panel: String,
    pub(super) what: What,
}

/// What is asked, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// PromQL.
    Metrics(String),
    /// LogsQL with figures over time.
    Figures(String),
    /// LogsQL with lines.
    Lines { query: String, limit: u64 },
    /// Traces of a service, or of all where there is no name.
    Traces {
        service: String,
        operation: String,
        minimum: String,
        errors: bool,
        limit: u64,
    },
    /// A kind that is unknown here.
    Unknown(String),
}

/// The queries of all panels of `dashboard`, which is as Perses writes it.
pub(super) fn queries(dashboard: &Value) -> Vec<Query> {
    let values = values(dashboard);
    let panels = dashboard["spec"]["panels"].as_object();
    let of_panel = |(key, panel): (&String, &Value)| {
        let spec = &panel["spec"];
        let title = spec["display"]["name"].as_str().unwrap_or(key).to_owned();
        let queries = spec["queries"].as_array().cloned().unwrap_or_default();
        queries.into_iter().map(move |query| (title.clone(), query))
    };
    let queries = panels.into_iter().flatten().flat_map(of_panel);
    queries
        .map(|(panel, query)| Query {
            panel,
            what: what(&query["spec"]["plugin"], &values),
        })
        .collect()
}

fn what(plugin: &Value, values: &BTreeMap<String, String>) -> What {
    let spec = &plugin["spec"];
    let text = |name: &str| filled(spec[name].as_str().unwrap_or_default(), values);
    let limit = |usual| spec["limit"].as_u64().unwrap_or(usual);
    match plugin["kind"].as_str().unwrap_or_default() {
        "PrometheusTimeSeriesQuery" => What::Metrics(text("query")),
        "VictoriaLogsTimeSeriesQuery" => What::Figures(text("query")),
        "VictoriaLogsLogQuery" => What::Lines {
            query: text("query"),
            limit: limit(100),
        },
        "JaegerTraceQuery" => {
            // The value for "all" is a pattern elsewhere; here the name is left empty.
            let name = |field: &str| match spec[field].as_str() {
                Some(name) if !name.contains('$') => name.to_owned(),
                _ => String::new(),
            };
            What::Traces {
                service: name("service"),
                operation: name("operation"),
                minimum: name("minDuration"),
                errors: spec["errors"].as_bool().unwrap_or(false),
                limit: limit(20),
            }
        }
        other => What::Unknown(other.to_owned()),
    }
}

/// What stands for every value of a list.
const ANY: &str = ".*";

/// The values of the dashboard's variables, and of those that Perses has by itself.
fn values(dashboard: &Value) -> BTreeMap<String, String> {
    let seconds = RANGE.as_secs();
    let own = [
        ("__interval", format!("{STEP}s")),
        ("__interval_ms", format!("{STEP}000")),
        // Four times the longest interval of collecting.
        ("__rate_interval", "2m".to_owned()),
        ("__range", format!("{seconds}s")),
        ("__range_s", seconds.to_string()),
        ("__range_ms", format!("{seconds}000")),
    ];
    let variables = dashboard["spec"]["variables"].as_array();
    let of_variable = |variable: &Value| {
        let spec = &variable["spec"];
        let value = match variable["kind"].as_str() {
            Some("TextVariable") => spec["value"].as_str(),
            _ => spec["customAllValue"].as_str().or(Some(ANY)),
        };
        Some((spec["name"].as_str()?.to_owned(), value?.to_owned()))
    };
    let declared = variables.into_iter().flatten().filter_map(of_variable);
    let own = own
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    declared.chain(own).collect()
}

/// `text` with values for `$name`, `${name}` and `${name:format}`. Another `$` stays: it ends a
/// pattern.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let word = |text: &str| {
            let other = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            text.find(other).unwrap_or(text.len())
        };
        let braced = rest.strip_prefix('{').and_then(|inner| {
            let end = inner.find('}')?;
            let name = &inner[..word(inner)];
            Some((name, end + 2))
        });
        let (name, length) = braced.unwrap_or_else(|| (&rest[..word(rest)], word(rest)));
        match values.get(name) {
            Some(value) => {
                out.push_str(value);
                rest = &rest[length..];
            }
            None => out.push('$'),
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn dashboard() -> Value {
        let panel = |title: &str, kind: &str, spec: Value| {
            json!({"kind": "Panel", "spec": {"display": {"name": title}, "plugin": {"kind": "TimeSeriesChart", "spec": {}},
                "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": kind, "spec": spec}}}]}})
        };
        json!({"kind": "Dashboard", "metadata": {"name": "x", "project": "groundwork"}, "spec": {
            "variables": [
                {"kind": "ListVariable", "spec": {"name": "service", "plugin": {}}},
                {"kind": "TextVariable", "spec": {"name": "text", "value": "*"}}],
            "panels": {
                "a": panel("Rate", "PrometheusTimeSeriesQuery", json!({"query": "rate(x{service=~\"$service\"}[$__rate_interval])"})),
                "b": panel("Lines", "VictoriaLogsLogQuery", json!({"query": "service:~\"${service:regex}\" $text"})),
                "c": panel("Traces", "JaegerTraceQuery", json!({"service": "$service", "limit": 5})),
                "d": {"kind": "Panel", "spec": {"display": {"name": "Words"}, "plugin": {"kind": "Markdown", "spec": {}}}}}}})
    }

    #[test]
    fn every_query_of_every_panel_is_found_with_values_for_its_variables() {
        let found: Vec<_> = queries(&dashboard())
            .into_iter()
            .map(|query| (query.panel, query.what))
            .collect();
        let expected = [
            ("Rate", What::Metrics("rate(x{service=~\".*\"}[2m])".into())),
            (
                "Lines",
                What::Lines {
                    query: "service:~\".*\" *".into(),
                    limit: 100,
                },
            ),
            (
                "Traces",
                What::Traces {
                    service: String::new(),
                    operation: String::new(),
                    minimum: String::new(),
                    errors: false,
                    limit: 5,
                },
            ),
        ];
        assert_eq!(
            found,
            expected.map(|(panel, what)| (panel.to_owned(), what))
        );
    }

    #[test]
    fn a_dollar_that_is_no_variable_stays() {
        let values = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(
            filled("x=~\"y$\" $b ${c} ${a}$a$", &values),
            "x=~\"y$\" $b ${c} 11$"
        );
    }
}
