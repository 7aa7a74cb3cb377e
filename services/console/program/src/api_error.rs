//! What the console answers when it cannot do what was asked: a status, a reason and a remedy.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Why a request was not answered; its JSON is `{"error":…,"hint":…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) error: String,
    pub(crate) hint: Option<String>,
}

/// Why a request was not answered, and what to do about it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Reason<'a> {
    error: &'a str,
    hint: Option<&'a str>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self {
            status,
            error: error.into(),
            hint: None,
        }
    }

    /// A server that the console asked does not answer.
    pub(crate) fn away(name: &str, why: &str) -> Self {
        let error = format!("{name} does not answer: {why}");
        Self::new(StatusCode::BAD_GATEWAY, error).hint(format!(
            "see `groundwork status` and `groundwork logs {name}`"
        ))
    }

    /// The request makes no sense.
    pub(crate) fn bad(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// Too many ask for the same at once.
    pub(crate) fn busy(error: impl Into<String>, hint: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error).hint(hint)
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The body alone, for where a status can no longer be said.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(&self.body()).unwrap_or_default()
    }

    fn body(&self) -> Reason<'_> {
        Reason {
            error: &self.error,
            hint: self.hint.as_deref(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(status = self.status.as_u16(), error = self.error, "failed");
        }
        (self.status, Json(self.body())).into_response()
    }
}
