//! `/api/topics`: what is on the bus.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use groundwork_events::topics::overview;
use serde::Serialize;
use serde_json::Value;

use super::bus::{ANSWER, Events, within};
use crate::api_error::ApiError;

/// Of the broker's own figures, by names that no query of the page needs.
const SIZES: &str = "kafka_log_size_bytes";
const RATES: &str = "sum by (topic) (rate(kafka_topic_messagesin_total[2m]))";

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Topics {
    topics: Vec<Topic>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Topic {
    name: String,
    internal: bool,
    partitions: Vec<Partition>,
    size_bytes: Option<u64>,
    messages_per_second: Option<f64>,
    retention_ms: Option<i64>,
    retention_bytes: Option<i64>,
    cleanup_policy: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Partition {
    id: i32,
    low: i64,
    high: i64,
    size_bytes: Option<u64>,
}

pub(super) async fn topics(State(events): State<Events>) -> Result<Json<Topics>, ApiError> {
    let (overview, sizes, rates) = tokio::join!(
        async {
            let (bus, place) = (events.bus().await?, events.question().await?);
            within(place, ANSWER, async move { overview(&bus).await }).await
        },
        events.proxy.metrics(SIZES),
        events.proxy.metrics(RATES),
    );
    // Without Prometheus the topics are still there to be shown.
    let sizes = figures(sizes, "partition");
    let rates = figures(rates, "topic");
    let topics = overview?.into_iter().map(|topic| {
        let partitions: Vec<_> = topic
            .partitions
            .iter()
            .map(|held| Partition {
                id: held.partition,
                low: held.earliest,
                high: held.latest,
                size_bytes: sizes
                    .get(&(topic.name.clone(), held.partition.to_string()))
                    .map(|bytes| *bytes as u64),
            })
            .collect();
        Topic {
            size_bytes: partitions.iter().map(|it| it.size_bytes).sum(),
            messages_per_second: rates
                .get(&(topic.name.clone(), topic.name.clone()))
                .copied(),
            name: topic.name,
            internal: topic.internal,
            partitions,
            retention_ms: topic.retention_ms,
            retention_bytes: topic.retention_bytes,
            cleanup_policy: topic.cleanup_policy,
        }
    });
    Ok(Json(Topics {
        topics: topics.collect(),
    }))
}

/// The values of an instant query by topic and `label`; none when it was not answered.
fn figures(answer: Result<Value, ApiError>, label: &str) -> BTreeMap<(String, String), f64> {
    let Ok(answer) = answer else {
        return BTreeMap::new();
    };
    let series = answer["data"]["result"].as_array();
    let figure = |series: &Value| {
        let of = |name: &str| series["metric"][name].as_str();
        let value = series["value"][1].as_str()?.parse().ok()?;
        Some(((of("topic")?.to_owned(), of(label)?.to_owned()), value))
    };
    series.into_iter().flatten().filter_map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_found_by_their_labels() {
        let answer = json!({"status": "success", "data": {"resultType": "vector", "result": [
            {"metric": {"topic": "orders", "partition": "3"}, "value": [1769000000.1, "42"]},
            {"metric": {"job": "x"}, "value": [1769000000.1, "1"]}]}});
        let figures = figures(Ok(answer), "partition");
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[&("orders".into(), "3".into())], 42.0);
    }
}
