//! `/api/groups`: the groups of consumers and how far they are behind.

use axum::{Json, extract::State};
use groundwork_events::topics;
use serde::Serialize;

use super::bus::{ANSWER, Events, within};
use crate::api_error::ApiError;

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Groups {
    groups: Vec<Group>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Group {
    name: String,
    state: String,
    /// None where nobody can tell.
    members: Option<usize>,
    lag: i64,
    partitions: Vec<Behind>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Behind {
    topic: String,
    partition: i32,
    committed: Option<i64>,
    high: i64,
    lag: Option<i64>,
}

pub(super) async fn groups(State(events): State<Events>) -> Result<Json<Groups>, ApiError> {
    let (bus, place) = (events.bus().await?, events.question().await?);
    let groups = within(place, ANSWER, async move { topics::groups(&bus).await }).await?;
    let groups = groups.into_iter().map(|group| {
        let partitions = group.partitions.into_iter().map(|behind| Behind {
            lag: behind.lag(),
            topic: behind.topic,
            partition: behind.held.partition,
            committed: behind.committed,
            high: behind.held.latest,
        });
        let partitions: Vec<_> = partitions.collect();
        Group {
            name: group.name,
            state: group.state,
            members: group.members,
            lag: partitions.iter().filter_map(|it| it.lag).sum(),
            partitions,
        }
    });
    Ok(Json(Groups {
        groups: groups.collect(),
    }))
}
