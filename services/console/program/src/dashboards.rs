//! The folder of dashboards, read anew at each request: a changed file shows within seconds.

use std::{io::ErrorKind, path::PathBuf, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::api_error::ApiError;

const EXTENSION: &str = ".json";

#[derive(Clone)]
struct Folder(Arc<PathBuf>);

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Dashboards {
    dashboards: Vec<Dashboard>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Dashboard {
    name: String,
    title: String,
}

pub(crate) fn router(folder: PathBuf) -> Router {
    Router::new()
        .route("/api/dashboards", get(list))
        .route("/api/dashboards/{name}", get(one))
        .with_state(Folder(Arc::new(folder)))
}

/// What the page gets from here.
#[cfg(test)]
pub(crate) fn types(types: crate::typescript::Types) -> crate::typescript::Types {
    types.with::<Dashboards>()
}

async fn list(State(folder): State<Folder>) -> Result<Json<Dashboards>, ApiError> {
    let mut dashboards = vec![];
    for name in folder.names().await? {
        // One that goes meanwhile is not there.
        if let Ok(bytes) = folder.read(&name).await {
            let title = title(&bytes).unwrap_or_else(|| name.clone());
            dashboards.push(Dashboard { name, title });
        }
    }
    Ok(Json(Dashboards { dashboards }))
}

async fn one(
    State(folder): State<Folder>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let bytes = folder.read(&name).await?;
    let tag = format!("\"{:x}\"", Sha256::digest(&bytes));
    let known = headers.get(IF_NONE_MATCH);
    let known = known.is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let headers = [
        (ETAG, tag.as_str()),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_TYPE, "application/json"),
    ];
    Ok(match known {
        true => (StatusCode::NOT_MODIFIED, headers).into_response(),
        false => (headers, bytes).into_response(),
    })
}

impl Folder {
    /// In the order of the alphabet.
    async fn names(&self) -> Result<Vec<String>, ApiError> {
        let unreadable = |error: std::io::Error| {
            ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!(
                    "cannot read the dashboards in {}: {error}",
                    self.0.display()
                ),
            )
            .hint("see the ConfigMap `dashboards` in the namespace console")
        };
        let mut names = vec![];
        let mut entries = tokio::fs::read_dir(&*self.0).await.map_err(unreadable)?;
        while let Some(entry) = entries.next_entry().await.map_err(unreadable)? {
            let file = entry.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(EXTENSION));
            names.extend(name.filter(|name| is_name(name)).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    async fn read(&self, name: &str) -> Result<Vec<u8>, ApiError> {
        let missing = || {
            let error = format!("there is no dashboard '{name}'");
            ApiError::new(StatusCode::NOT_FOUND, error)
                .hint("those that are there are the watch/dashboard.json of each component")
        };
        if !is_name(name) {
            return Err(missing());
        }
        let path = self.0.join(format!("{name}{EXTENSION}"));
        tokio::fs::read(&path)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => missing(),
                _ => ApiError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    format!("cannot read {}: {error}", path.display()),
                ),
            })
    }
}

/// A mounted ConfigMap has links that begin with a dot beside its files.
fn is_name(name: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    !name.is_empty() && name.bytes().all(allowed)
}

/// What a Perses dashboard is called.
fn title(bytes: &[u8]) -> Option<String> {
    let dashboard: Value = serde_json::from_slice(bytes).ok()?;
    let name = dashboard.pointer("/spec/display/name")?.as_str()?;
    Some(name.to_owned())
}
