//! Tests against a running stack. `SERVICE_URL` says where the service answers, as http://NAME.localhost:8080; without
//! it there is nothing to test against, and they pass.

use std::env;

use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

/// The address of `path`; none without a stack.
fn url(path: &str) -> Option<String> {
    let service = env::var("SERVICE_URL").ok().filter(|it| !it.is_empty())?;
    Some(format!("{}{path}", service.trim_end_matches('/')))
}

#[tokio::test]
async fn it_is_alive_and_ready() {
    let (Some(health), Some(ready)) = (url("/health"), url("/ready")) else {
        return;
    };
    let health = reqwest::get(health).await.unwrap().text().await.unwrap();
    assert_eq!(health, r#"{"status":"ok"}"#);
    let ready = reqwest::get(ready).await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_item_that_was_made_is_shown() {
    let Some(items) = url("/items") else {
        return;
    };
    let made = Client::new()
        .post(&items)
        .header(CONTENT_TYPE, "application/json");
    let made = made
        .body(r#"{"name": "bolt", "quantity": 3}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let shown = format!("{items}/{}", made["id"].as_str().unwrap());
    let shown = reqwest::get(shown).await.unwrap().text().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), made);
}

#[tokio::test]
async fn a_request_is_counted_with_its_trace() {
    let (Some(items), Some(figures)) = (url("/items"), url("/metrics")) else {
        return;
    };
    let trace = uuid::Uuid::new_v4().simple().to_string();
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let asked = Client::new().get(items).header("traceparent", parent);
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::OK);
    let figures = reqwest::get(figures).await.unwrap().text().await.unwrap();
    assert!(
        figures.contains(&format!("trace_id=\"{trace}\"")),
        "{figures}"
    );
}
