//! The event bus as the page shows it: topics, records, groups. It only reads: without joining a group, confirming or
//! writing.

mod bus;
mod groups;
mod messages;
mod record;
mod tail;
mod topics;

use axum::{Router, routing::get};

pub(crate) use bus::Events;

pub(crate) fn router(events: Events) -> Router {
    Router::new()
        .route("/api/topics", get(topics::topics))
        .route("/api/topics/{topic}/messages", get(messages::messages))
        .route("/api/topics/{topic}/tail", get(tail::tail))
        .route("/api/groups", get(groups::groups))
        .with_state(events)
}

/// What the page gets from here.
#[cfg(test)]
pub(crate) fn types(types: crate::typescript::Types) -> crate::typescript::Types {
    types
        .with::<groups::Groups>()
        .with::<messages::Messages>()
        .with::<messages::Search>()
        .with::<tail::Watch>()
        .with::<topics::Topics>()
}
