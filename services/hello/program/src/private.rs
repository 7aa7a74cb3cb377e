//! A route for those who have the token: what shows that a service takes a new version of a secret
//! without a restart.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use groundwork_secrets::{Value, Watched};
use serde::Serialize;

/// The field of the secret.
const FIELD: &str = "token";

/// The version of the token that let a request in.
#[derive(Clone)]
struct Version(String);

#[derive(Serialize)]
struct Answer {
    service: &'static str,
    pod: String,
    secret_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

/// /private in the pod `pod`, for holders of the current `token`.
pub(crate) fn router(pod: String, token: Watched) -> Router {
    let answer = |pod, Version(secret_version), bytes| {
        Json(Answer {
            service: env!("CARGO_PKG_NAME"),
            pod,
            secret_version,
            bytes,
        })
    };
    let show = async move |State(pod), Extension(version)| answer(pod, version, None);
    let take = async move |State(pod), Extension(version), body: Bytes| {
        answer(pod, version, Some(body.len()))
    };
    Router::new()
        .route("/private", get(show).post(take))
        .route_layer(middleware::from_fn_with_state(token, guard))
        .with_state(pod)
}

/// Lets in holders of the token, before the body is read. A request that is in stays in, also when
/// the token is replaced meanwhile.
async fn guard(State(token): State<Watched>, mut request: Request, next: Next) -> Response {
    let Some(secret) = token.current() else {
        return unavailable();
    };
    let wanted = match secret.field(FIELD) {
        // An empty token would let everybody in.
        Ok(wanted) if !wanted.expose().is_empty() => wanted,
        Ok(_) => return unavailable(),
        Err(error) => {
            tracing::error!(%error, "there is no token to compare with");
            return unavailable();
        }
    };
    if !has(request.headers(), wanted) {
        let how = [(WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, how, "this takes the token").into_response();
    }
    // The handlers do not need it.
    request.headers_mut().remove(AUTHORIZATION);
    let version = Version(secret.version().to_owned());
    request.extensions_mut().insert(version);
    // Otherwise the old token would stay in memory for as long as the body takes.
    drop(secret);
    next.run(request).await
}

fn has(headers: &HeaderMap, wanted: &Value) -> bool {
    let given = headers.get(AUTHORIZATION).map(|given| given.as_bytes());
    match given.and_then(|given| given.split_at_checked(b"Bearer ".len())) {
        Some((scheme, token)) => scheme.eq_ignore_ascii_case(b"Bearer ") && wanted.matches(token),
        None => false,
    }
}

fn unavailable() -> Response {
    let text = "there is no token yet";
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}
