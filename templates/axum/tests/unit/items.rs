//! /items.

use std::fs;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::desk::{Desk, TOKEN};

async fn make(desk: &Desk) -> Value {
    let bolt = json!({"name": "bolt", "quantity": 3});
    let (status, item) = desk.post("/items", &bolt).await;
    assert_eq!(status, StatusCode::CREATED, "{item}");
    item
}

fn path(item: &Value) -> String {
    format!("/items/{}", item["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_item_that_was_made_is_shown_the_newest_first() {
    let desk = Desk::new();
    let (first, second) = (make(&desk).await, make(&desk).await);
    assert_eq!(
        (&first["name"], &first["quantity"]),
        (&json!("bolt"), &json!(3))
    );
    assert_eq!(
        desk.get(&path(&first)).await,
        (StatusCode::OK, first.clone())
    );
    let latest = desk.get("/items").await.1;
    assert_eq!(latest, json!([second, first]));
    assert_eq!(desk.get("/items?most=1").await.1, json!([second]));
}

#[tokio::test]
async fn what_is_no_item_is_refused() {
    let desk = Desk::new();
    for wrong in [
        json!({"name": "", "quantity": 1}),
        json!({"name": "bolt", "quantity": 0}),
        json!({"name": "bolt"}),
        json!({"name": "bolt", "quantity": 1, "colour": "red"}),
    ] {
        let (status, told) = desk.post("/items", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {told}");
    }
    assert_eq!(desk.get("/items").await.1, json!([]));
}

#[tokio::test]
async fn an_item_that_is_not_there_is_404() {
    let (desk, nowhere) = (Desk::new(), format!("/items/{}", Uuid::new_v4()));
    assert_eq!(desk.get(&nowhere).await.0, StatusCode::NOT_FOUND);
    assert_eq!(desk.remove(&nowhere, TOKEN).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_who_has_the_token_removes_an_item() {
    let desk = Desk::new();
    let item = path(&make(&desk).await);
    let without = Request::delete(&item).body(Body::empty()).unwrap();
    assert_eq!(desk.ask(without).await.0, StatusCode::UNAUTHORIZED);
    for other in ["other", ""] {
        assert_eq!(desk.remove(&item, other).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(desk.remove(&item, TOKEN).await, StatusCode::NO_CONTENT);
    assert_eq!(desk.get(&item).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_token_takes_the_old_ones_place_at_once_and_without_one_nobody_is_let_in() {
    let desk = Desk::new();
    let item = path(&make(&desk).await);
    let file = desk.secret.path().join("token");
    fs::write(&file, "another token").unwrap();
    assert_eq!(desk.remove(&item, TOKEN).await, StatusCode::UNAUTHORIZED);
    fs::remove_file(&file).unwrap();
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(desk.remove(&item, "another token").await, unavailable);
    fs::write(&file, "a third one").unwrap();
    assert_eq!(
        desk.remove(&item, "a third one").await,
        StatusCode::NO_CONTENT
    );
}
// [kafka]

#[tokio::test]
async fn an_item_that_was_made_is_published() {
    let desk = Desk::new();
    let item = make(&desk).await;
    let published = desk.published.all();
    assert_eq!(serde_json::to_value(published).unwrap(), json!([item]));
}
// [/kafka]
