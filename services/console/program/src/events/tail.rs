//! `/api/topics/{topic}/tail`: new records as server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use groundwork_events::Tail;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    bus::{ANSWER, Events, WATCHED, failed, within},
    record::{Message, VALUE},
};
use crate::{api_error::ApiError, tails::Place};

/// Between two signs of life, so that proxies on the way keep a silent connection open.
const BEAT: Duration = Duration::from_secs(10);

/// Which partition; all of them where none is said.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Watch {
    partition: Option<i32>,
}

pub(super) async fn tail(
    State(events): State<Events>,
    Path(topic): Path<String>,
    asked: Result<Query<Watch>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let Query(Watch { partition }) = asked.map_err(|error| ApiError::bad(error.body_text()))?;
    let watched = Arc::clone(&events.watched).try_acquire_owned();
    let busy = |_| {
        ApiError::busy(
            format!("{WATCHED} topics are watched already"),
            "close one: each page that shows a live topic has its own",
        )
    };
    let places = (events.tails.open()?, watched.map_err(busy)?);
    let (bus, question) = (events.bus().await?, events.question().await?);
    let tail = async move { groundwork_events::tail(&bus, &topic, partition).await };
    let tail = within(question, ANSWER, tail).await?;
    let records = stream::unfold(Some((tail, places)), next);
    Ok(Sse::new(records).keep_alive(KeepAlive::new().interval(BEAT).text("beat")))
}

/// A tail and its places while it goes on.
type Open = Option<(Tail, (Place, OwnedSemaphorePermit))>;

/// The next record as an event; an error is the last.
async fn next(open: Open) -> Option<(Result<Event, Infallible>, Open)> {
    let (tail, places) = open?;
    let shown = tail.next(VALUE).await.map(Message::of);
    Some(match shown {
        Ok(message) => {
            let data = serde_json::to_string(&message).unwrap_or_default();
            (Ok(Event::default().data(data)), Some((tail, places)))
        }
        Err(error) => {
            let data = failed(error).json();
            (Ok(Event::default().event("error").data(data)), None)
        }
    })
}
