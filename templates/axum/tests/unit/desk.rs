//! A service that is asked in this process.

use std::{fs, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use groundwork_secret_files::SecretFiles;
use groundwork_service::Readiness;
use prometheus_client::registry::Registry;
use serde_json::Value;
use service::{models::items::MemoryItems, routes::App};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const TOKEN: &str = "a token of thirty-two characters";

pub struct Desk {
    routes: Router,
    /// The folder of the token.
    pub secret: TempDir,
    // [kafka]
    pub published: Arc<super::events::Published>,
    // [/kafka]
}

impl Desk {
    pub fn new() -> Self {
        Self::with(Readiness::default())
    }

    pub fn with(readiness: Readiness) -> Self {
        let secret = tempfile::tempdir().unwrap();
        fs::write(secret.path().join("token"), TOKEN).unwrap();
        // [kafka]
        let published = Arc::new(super::events::Published::default());
        // [/kafka]
        let app = App {
            items: Arc::new(MemoryItems::default()),
            token: Arc::new(SecretFiles::new(secret.path())),
            most_items: 1000,
            // [kafka]
            events: published.clone(),
            // [/kafka]
        };
        Self {
            routes: service::router(app, readiness, Registry::default()),
            secret,
            // [kafka]
            published,
            // [/kafka]
        }
    }

    /// The answer's status and body.
    pub async fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, body) = self.ask(request).await;
        (status, serde_json::from_str(&body).unwrap_or(body.into()))
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        let request = request.body(body.to_string().into()).unwrap();
        let (status, body) = self.ask(request).await;
        (status, serde_json::from_str(&body).unwrap_or(body.into()))
    }

    /// The status for who removes `path` with `token`.
    pub async fn remove(&self, path: &str, token: &str) -> StatusCode {
        let request = Request::delete(path).header("authorization", format!("Bearer {token}"));
        self.ask(request.body(Body::empty()).unwrap()).await.0
    }
}
