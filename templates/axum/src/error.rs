//! Why a request is not answered as asked, as the client is told.

use axum::{
    Json,
    http::{StatusCode, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum Error {
    /// There is nothing of that name.
    NotFound(&'static str),
    /// This is for holders of the token.
    NoToken,
    /// Something that the service depends on cannot be reached now.
    Unavailable(String),
    /// What must not happen; the log has the reason, the client does not.
    Internal(String),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let answer = |status, detail: &str| (status, Json(json!({"detail": detail})));
        match self {
            Self::NotFound(what) => {
                answer(StatusCode::NOT_FOUND, &format!("there is no such {what}")).into_response()
            }
            Self::NoToken => {
                let how = [(WWW_AUTHENTICATE, "Bearer")];
                (
                    how,
                    answer(StatusCode::UNAUTHORIZED, "this takes the token"),
                )
                    .into_response()
            }
            Self::Unavailable(why) => answer(StatusCode::SERVICE_UNAVAILABLE, &why).into_response(),
            Self::Internal(error) => {
                tracing::error!(error, "request failed");
                answer(StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response()
            }
        }
    }
}

// [database]
impl From<groundwork_database::Error> for Error {
    fn from(error: groundwork_database::Error) -> Self {
        match error {
            groundwork_database::Error::Away(_) => Self::Unavailable(error.to_string()),
            groundwork_database::Error::Refused(_) => {
                Self::Internal(groundwork_process::error::chain(&error))
            }
        }
    }
}

impl From<groundwork_database::StatementError> for Error {
    fn from(error: groundwork_database::StatementError) -> Self {
        groundwork_database::Error::from(error).into()
    }
}

// [/database]
// [kafka]
impl From<Error> for groundwork_bus::NotDone {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(why) => Self::Away(why),
            other => Self::Failed(format!("{other:?}")),
        }
    }
}
// [/kafka]
