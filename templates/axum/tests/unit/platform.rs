//! What every service has, on this service.

use std::future::ready;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use groundwork_service::Readiness;
use serde_json::json;

use super::desk::Desk;

#[tokio::test]
async fn health_depends_on_nothing_and_ready_names_what_is_missing() {
    let away = Readiness::default().needs("away", || ready(Some("planted".into())));
    let desk = Desk::with(away);
    assert_eq!(
        desk.get("/health").await,
        (StatusCode::OK, json!({"status": "ok"}))
    );
    let missing = json!({"status": "missing", "missing": {"away": "planted"}});
    assert_eq!(
        desk.get("/ready").await,
        (StatusCode::SERVICE_UNAVAILABLE, missing)
    );
    let there = Desk::new().get("/ready").await;
    assert_eq!(there, (StatusCode::OK, json!({"status": "ready"})));
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let desk = Desk::new();
    desk.get("/items/0af76519-16cd-43dd-8448-eb211c80319c")
        .await;
    desk.get("/nowhere").await;
    let figures = Request::get("/metrics").body(Body::empty()).unwrap();
    let (_, figures) = desk.ask(figures).await;
    for line in [
        r#"http_requests_total{route="/items/{id}",status="404"} 1"#,
        r#"http_requests_total{route="none",status="404"} 1"#,
    ] {
        assert!(figures.contains(line), "{figures}");
    }
}
