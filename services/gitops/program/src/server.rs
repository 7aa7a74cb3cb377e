//! The small Git server: git's own program answers, as it does behind every web server
//! (git-http-backend, by the Common Gateway Interface, RFC 3875).

use std::{fs, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use groundwork_process::{error::chain, exec::Command};
use groundwork_service::telemetry::server_span;
use subtle::ConstantTimeEq as _;
use tokio::{sync::Notify, task::spawn_blocking};

use crate::{
    address::{Address, Chosen},
    repository::{NAME, Repository},
};

/// The largest push: a repository of objects is text.
const LARGEST: usize = 16 << 20;
/// What git asks for below the repository.
const ASKED: [&str; 3] = ["info/refs", "git-upload-pack", "git-receive-pack"];
/// The last of them, which is a push.
const PUSH: &str = "git-receive-pack";

/// What people come in by.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) repository: Repository,
    pub(crate) password: PathBuf,
    pub(crate) chosen: Chosen,
    /// Told after each push.
    pub(crate) pushed: Arc<Notify>,
}

pub(crate) fn router(door: Door) -> Router {
    let mut router = Router::new();
    for asked in ASKED {
        router = router.route(&format!("/{NAME}/{asked}"), any(answer));
    }
    let unknown = async || {
        (
            StatusCode::NOT_FOUND,
            format!("there is /{NAME} alone here\n"),
        )
    };
    router
        .fallback(unknown)
        .with_state(door)
        .layer(axum::middleware::from_fn(server_span))
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
    if !door.lets_in(request.headers()) {
        let ask = [(WWW_AUTHENTICATE, "Basic realm=\"gitops\"")];
        let words = "the password is: groundwork secret get gitops-push token -n gitops --reveal\n";
        return (StatusCode::UNAUTHORIZED, ask, words).into_response();
    }
    let query = request.uri().query().unwrap_or_default();
    let pushes = request.uri().path().ends_with(PUSH) || query.contains(PUSH);
    if pushes && door.chosen.read() != Ok(Address::Own) {
        let words = "another repository is followed: push there, or: groundwork secret delete gitops-repository -n gitops\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let answer = door.by_git(request).await;
    answer.unwrap_or_else(|error| {
        tracing::error!(error, "git does not answer");
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response()
    })
}

impl Door {
    /// Whether a request has the password; any name may stand before it.
    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(password);
        // Read anew each time, so that a changed password counts at once.
        let Ok(wanted) = fs::read_to_string(&self.password) else {
            tracing::error!(file = %self.password.display(), "the password cannot be read");
            return false;
        };
        let wanted = wanted.trim_end();
        !wanted.is_empty() && given.is_some_and(|it| it.as_bytes().ct_eq(wanted.as_bytes()).into())
    }

    async fn by_git(&self, request: Request) -> Result<Response, String> {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST).await else {
            let words = format!("a push has {LARGEST} bytes at most\n");
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, words).into_response());
        };
        let header = |name: &HeaderName| {
            let value = head.headers.get(name).and_then(|it| it.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let command = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", self.repository.root())
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("REQUEST_METHOD", head.method.as_str())
            .env("PATH_INFO", head.uri.path())
            .env("QUERY_STRING", head.uri.query().unwrap_or_default())
            .env("CONTENT_TYPE", header(&CONTENT_TYPE))
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", header(&CONTENT_ENCODING))
            .env(
                "GIT_PROTOCOL",
                header(&HeaderName::from_static("git-protocol")),
            )
            .stdin_bytes(body);
        let is_push = head.method == Method::POST && head.uri.path().ends_with(PUSH);
        let pushed = self.pushed.clone();
        // NB: a client that leaves ends the request, and not what was begun here.
        let output = spawn_blocking(move || {
            let output = command.output();
            if is_push {
                pushed.notify_one();
            }
            output
        });
        let output = output.await;
        let output = output.map_err(|error| error.to_string())?;
        let output = output.map_err(|error| chain(&error))?;
        response(output.stdout).ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            format!("git http-backend: {}", said.trim())
        })
    }
}

/// The password of `Authorization: Basic …`.
fn password(value: &HeaderValue) -> Option<String> {
    let encoded = value.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// What a CGI program printed, as a response: headers, an empty line, the body.
fn response(mut printed: Vec<u8>) -> Option<Response> {
    let end = printed.windows(4).position(|it| it == b"\r\n\r\n")?;
    let body = printed.split_off(end + 4);
    let head = String::from_utf8(printed).ok()?;
    let mut response = Response::new(Body::from(body));
    for line in head.lines().filter(|it| !it.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next()?.parse().ok()?;
            *response.status_mut() = StatusCode::from_u16(code).ok()?;
        } else if [CONTENT_TYPE, CACHE_CONTROL].contains(&HeaderName::try_from(name).ok()?) {
            let name = HeaderName::try_from(name).ok()?;
            response.headers_mut().insert(name, value.parse().ok()?);
        }
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_prints_is_a_response() {
        let printed = b"Status: 403 Forbidden\r\nContent-Type: text/plain\r\nX-Other: no\r\n\r\nno\r\n\r\nmore";
        let response = response(printed.to_vec()).unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(response.headers().len(), 1);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/plain");
        assert!(super::response(b"fatal: no header".to_vec()).is_none());
    }

    #[test]
    fn a_password_is_what_stands_behind_the_name() {
        let header = |text: &str| HeaderValue::from_str(text).unwrap();
        // `printf me:pa:ss | base64`
        assert_eq!(
            password(&header("Basic bWU6cGE6c3M=")).as_deref(),
            Some("pa:ss")
        );
        for text in ["Bearer bWU6cGE6c3M=", "Basic !", "Basic bWU="] {
            assert_eq!(password(&header(text)), None, "{text}");
        }
    }
}
