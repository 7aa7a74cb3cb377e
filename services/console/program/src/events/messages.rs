//! `/api/topics/{topic}/messages`: records by offset, time, key or text.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use groundwork_events::{Begin, Bounds, Look, look};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    bus::{ANSWER, Events, within},
    record::{Message, VALUE},
};
use crate::api_error::ApiError;

/// How many records an answer has, unless it is asked for more, and at most.
const USUAL: usize = 50;
const MOST: usize = 500;
/// What a search may cost.
const SCANNED: u64 = 100_000;
const SEARCH: Duration = Duration::from_secs(5);
/// How much of what the bus holds an answer may have; its JSON is twice as much at most.
const BYTES: usize = 4 << 20;

/// Which records; all of them where nothing is said.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Search {
    partition: Option<i32>,
    offset: Option<i64>,
    time: Option<Timestamp>,
    key: Option<String>,
    text: Option<String>,
    limit: Option<usize>,
}

/// Records, how many were looked at, and whether that was every one.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Messages {
    messages: Vec<Message>,
    scanned: u64,
    complete: bool,
}

pub(super) async fn messages(
    State(events): State<Events>,
    Path(topic): Path<String>,
    asked: Result<Query<Search>, QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Query(asked) = asked.map_err(|error| ApiError::bad(error.body_text()))?;
    let what = what(topic, asked)?;
    let place = timeout(SEARCH, Arc::clone(&events.looks).acquire_owned()).await;
    let Ok(Ok(place)) = place else {
        return Err(ApiError::busy(
            "too many searches run at once",
            "try again in some seconds",
        ));
    };
    let bus = events.bus().await?;
    // Written out while the place is taken, so that slow readers do not pile up more than their answers.
    let answer = async move {
        let looked = look(&bus, &what).await?;
        Ok(serde_json::to_vec(&Messages {
            messages: looked.records.into_iter().map(Message::of).collect(),
            scanned: looked.scanned,
            complete: looked.complete,
        }))
    };
    let json = within(place, SEARCH + ANSWER, answer).await?;
    let broken = |error: serde_json::Error| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    };
    let json = json.map_err(broken)?;
    Ok(([(CONTENT_TYPE, "application/json")], json))
}

fn what(topic: String, asked: Search) -> Result<Look, ApiError> {
    let begin = match (asked.offset, asked.time) {
        (Some(_), Some(_)) => return Err(ApiError::bad("offset and time exclude each other")),
        (Some(_), None) if asked.partition.is_none() => {
            return Err(ApiError::bad("an offset needs its partition"));
        }
        (Some(offset), None) => Begin::Offset(offset),
        // The bus counts from 1970; before that there is nothing.
        (None, Some(time)) => Begin::Time(time.max(Timestamp::UNIX_EPOCH)),
        (None, None) => Begin::Newest,
    };
    let bytes = |text: Option<String>| text.map(String::into_bytes);
    Ok(Look {
        topic,
        partition: asked.partition,
        begin,
        key: bytes(asked.key),
        text: bytes(asked.text.filter(|text| !text.is_empty())),
        limit: asked.limit.unwrap_or(USUAL).min(MOST),
        bounds: Bounds {
            records: SCANNED,
            time: SEARCH,
            value: VALUE,
            bytes: BYTES,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Look, ApiError> {
        let uri = format!("/?{query}").parse().unwrap();
        let Query(asked) = Query::try_from_uri(&uri).unwrap();
        what("orders".into(), asked)
    }

    #[test]
    fn without_a_begin_the_newest_are_meant() {
        let look = asked("").unwrap();
        assert_eq!((look.begin, look.limit), (Begin::Newest, 50));
        assert_eq!(asked("limit=9999").unwrap().limit, 500);
        assert_eq!(asked("text=").unwrap().text, None);
        assert_eq!(asked("key=").unwrap().key, Some(vec![]));
    }

    #[test]
    fn a_begin_is_an_offset_of_a_partition_or_a_time() {
        let look = asked("offset=7&partition=2").unwrap();
        assert_eq!((look.begin, look.partition), (Begin::Offset(7), Some(2)));
        let look = asked("time=2026-01-02T03:04:05Z").unwrap();
        assert!(matches!(look.begin, Begin::Time(_)));
        let look = asked("time=1969-12-31T23:59:59Z").unwrap();
        assert_eq!(look.begin, Begin::Time(Timestamp::UNIX_EPOCH));
        for wrong in ["offset=7", "offset=7&partition=1&time=2026-01-02T03:04:05Z"] {
            assert_eq!(asked(wrong).unwrap_err().status, 400, "{wrong}");
        }
    }
}
