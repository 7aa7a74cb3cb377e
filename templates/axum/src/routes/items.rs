//! /items.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde::Deserialize;
use uuid::Uuid;

use super::App;
use crate::{
    Error,
    models::item::{Item, NewItem},
};

/// How many items are shown to those who do not say how many.
const SHOWN: usize = 100;

/// What a list of items is asked with.
#[derive(Deserialize)]
struct Wanted {
    most: Option<usize>,
}

/// The routes of items.
pub fn router() -> Router<App> {
    Router::new()
        .route("/items", get(latest).post(create))
        .route("/items/{id}", get(show).delete(remove))
}

async fn create(
    State(app): State<App>,
    Json(new): Json<NewItem>,
) -> Result<(StatusCode, Json<Item>), Error> {
    let item = Item::new(new);
    // [kafka]
    // First the event: should the service end here, src/events.rs keeps the item when it is read.
    app.events.made(&item).await?;
    // [/kafka]
    app.items.add(item.clone()).await?;
    Ok((StatusCode::CREATED, Json(item)))
}

async fn latest(
    State(app): State<App>,
    Query(Wanted { most }): Query<Wanted>,
) -> Result<Json<Vec<Item>>, Error> {
    let most = most.unwrap_or(SHOWN).min(app.most_items);
    Ok(Json(app.items.latest(most).await?))
}

async fn show(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Json<Item>, Error> {
    let item = app.items.get(id).await?;
    Ok(Json(item.ok_or(Error::NotFound("item"))?))
}

/// For holders of the token.
async fn remove(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Error> {
    app.let_in(&headers)?;
    match app.items.remove(id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::NotFound("item")),
    }
}
