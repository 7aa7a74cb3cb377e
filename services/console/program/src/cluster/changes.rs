//! `/api/changes`: what Kubernetes has recorded within the last hour.

use std::cmp::Reverse;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Event;
use kube::{Api, Client, api::ListParams};
use serde::Serialize;

use super::client::Cluster;
use crate::api_error::ApiError;

/// How many are shown.
const MOST: usize = 200;
/// How many are read at once: there may be many, and only the newest are kept.
const PAGE: u32 = 500;
/// How far back.
const BACK: SignedDuration = SignedDuration::from_hours(1);

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Changes {
    changes: Vec<Change>,
}

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Change {
    time: Timestamp,
    #[serde(rename = "type")]
    severity: String,
    reason: String,
    kind: String,
    namespace: String,
    name: String,
    message: String,
    count: i32,
}

pub(super) async fn changes(State(cluster): State<Cluster>) -> Result<Json<Changes>, ApiError> {
    let since = Timestamp::now() - BACK;
    let changes = cluster.ask(|client| read(client, since)).await?;
    Ok(Json(Changes { changes }))
}

async fn read(client: &Client, since: Timestamp) -> Result<Vec<Change>, kube::Error> {
    let events: Api<Event> = Api::all(client.clone());
    let mut params = ListParams::default().limit(PAGE);
    let mut changes = vec![];
    loop {
        let page = events.list(&params).await?;
        changes.extend(
            page.items
                .into_iter()
                .filter_map(|event| change(event, since)),
        );
        changes.sort_by_key(|change: &Change| Reverse(change.time));
        changes.truncate(MOST);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(changes),
        }
    }
}

/// An event as the page shows it; none when it is older than `since`.
fn change(event: Event, since: Timestamp) -> Option<Change> {
    // Old and new ways of saying when, the last time first.
    let series = event.series.as_ref();
    let at = series
        .and_then(|series| series.last_observed_time.as_ref())
        .map(|at| at.0)
        .or(event.last_timestamp.as_ref().map(|at| at.0))
        .or(event.event_time.as_ref().map(|at| at.0))
        .or(event.metadata.creation_timestamp.as_ref().map(|at| at.0))?;
    let time = Timestamp::from_second(at.timestamp()).ok()?;
    let count = series.and_then(|series| series.count).or(event.count);
    let object = event.involved_object;
    (time >= since).then(|| Change {
        time,
        severity: event.type_.unwrap_or_else(|| "Normal".into()),
        reason: event.reason.unwrap_or_default(),
        kind: object.kind.unwrap_or_default(),
        namespace: object.namespace.unwrap_or_default(),
        name: object.name.unwrap_or_default(),
        message: event.message.unwrap_or_default(),
        count: count.unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(times: Value) -> Option<Change> {
        let mut event = json!({"metadata": {"name": "e", "namespace": "b"}, "type": "Warning", "reason": "BackOff",
            "involvedObject": {"kind": "Pod", "namespace": "b", "name": "a"}, "message": "again"});
        let fields = times.as_object().unwrap().clone();
        event.as_object_mut().unwrap().extend(fields);
        let event = serde_json::from_value(event).unwrap();
        change(event, "2026-01-01T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_event_is_as_new_as_its_last_time() {
        let old = json!({"firstTimestamp": "2026-01-01T11:00:00Z", "lastTimestamp": "2026-01-01T12:30:00Z", "count": 7});
        let change = of(old).unwrap();
        assert_eq!(
            (change.time.to_string(), change.count),
            ("2026-01-01T12:30:00Z".into(), 7)
        );
        let new = json!({"eventTime": "2026-01-01T11:00:00.000000Z",
            "series": {"count": 3, "lastObservedTime": "2026-01-01T12:40:00.000000Z"}});
        let change = of(new).unwrap();
        assert_eq!(
            (change.time.to_string(), change.count),
            ("2026-01-01T12:40:00Z".into(), 3)
        );
    }

    #[test]
    fn what_is_older_than_an_hour_is_left_out() {
        assert_eq!(of(json!({"lastTimestamp": "2026-01-01T11:59:59Z"})), None);
    }
}
