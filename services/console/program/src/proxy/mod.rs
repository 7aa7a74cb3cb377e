//! The servers behind the console, by a list of what may be asked of them.
//!
//! A request goes on with its address, body and the two headers that say how they are written; the
//! answer comes back as it is, piece by piece, with its type as the only header.

mod allow;
#[cfg(test)]
mod properties;

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        self, HeaderValue, Method, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use futures::stream;
use groundwork_process::error::chain;
use reqwest::{Client, redirect::Policy};

use groundwork_contract::{Component, Followed, Way, role};

use crate::{api_error::ApiError, components::Components, paths, tails::Tails};
use allow::{Verdict, judge};

/// For a connection, the look for its address included.
const CONNECT: Duration = Duration::from_secs(5);
/// For an answer with its body.
const ANSWER: Duration = Duration::from_secs(30);
/// The longest query.
const QUERY: usize = 1 << 20;
/// Where they are, for a browser.
const PREFIX: &str = "/proxy/";

/// The way to the servers behind the console.
#[derive(Clone)]
pub(crate) struct Proxy {
    client: Client,
    components: Components,
    tails: Tails,
}

impl Proxy {
    pub(crate) fn new(components: Components, tails: Tails) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT)
            // A redirect would leave the list of what may be asked.
            .redirect(Policy::none())
            .pool_max_idle_per_host(4)
            .build()?;
        Ok(Self {
            client,
            components,
            tails,
        })
    }

    /// The JSON that the store of metrics answers to an instant query.
    pub(crate) async fn metrics(&self, query: &str) -> Result<serde_json::Value, ApiError> {
        let (name, base) = self.components.of_role(role::METRICS)?;
        let away = |error: reqwest::Error| ApiError::away(name, &chain(&error));
        let url = format!("{base}/api/v1/query");
        let request = self.client.post(url).form(&[("query", query)]);
        let answer = request.timeout(ANSWER / 6).send().await.map_err(away)?;
        let answer = answer.error_for_status().map_err(away)?;
        answer.json().await.map_err(away)
    }

    /// What the program says that follows a Git repository; none where there is no such program.
    pub(crate) async fn followed(&self) -> Result<Option<Followed>, ApiError> {
        let Ok((name, base)) = self.components.of_role(role::GITOPS) else {
            return Ok(None);
        };
        let away = |error: reqwest::Error| ApiError::away(name, &chain(&error));
        let request = self.client.get(format!("{base}/status"));
        let answer = request.timeout(ANSWER / 6).send().await.map_err(away)?;
        let answer = answer.error_for_status().map_err(away)?;
        answer.json().await.map(Some).map_err(away)
    }

    async fn hand_on(&self, backend: &Component, path: &str, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let endless = match judged(&backend.read_paths, &head.method, path) {
            Ok(endless) => endless,
            Err(failure) => return failure.into_response(),
        };
        let tail = match endless.then(|| self.tails.open()).transpose() {
            Ok(tail) => tail,
            Err(failure) => return failure.into_response(),
        };
        let Ok(body) = to_bytes(body, QUERY).await else {
            let error = format!("a query has {QUERY} bytes at most");
            return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, error).into_response();
        };
        let mut url = format!("{}{path}", base(backend));
        if let Some(query) = head.uri.query() {
            url = format!("{url}?{query}");
        }
        let mut onward = self.client.request(head.method, url).body(body);
        for name in [CONTENT_TYPE, ACCEPT] {
            if let Some(value) = head.headers.get(&name) {
                onward = onward.header(name, value);
            }
        }
        if !endless {
            onward = onward.timeout(ANSWER);
        }
        match onward.send().await {
            Ok(answer) if answer.status().is_redirection() => {
                ApiError::away(&backend.name, "it answers with a redirect").into_response()
            }
            Ok(answer) => {
                let (status, headers) = (answer.status(), answer.headers());
                let kind = headers.get(CONTENT_TYPE).cloned();
                let length = headers.get(CONTENT_LENGTH).cloned();
                let body = match tail {
                    None => Body::new(reqwest::Body::from(answer)),
                    // What holds the tail's place goes with its body.
                    Some(tail) => Body::from_stream(stream::try_unfold(
                        (answer, tail),
                        |(mut answer, tail)| async move {
                            let piece = answer.chunk().await?;
                            Ok::<_, reqwest::Error>(piece.map(|piece| (piece, (answer, tail))))
                        },
                    )),
                };
                back(status, [kind, length], body)
            }
            Err(error) if error.is_timeout() && !error.is_connect() => {
                let error = format!("{} took longer than {ANSWER:?}", backend.name);
                ApiError::new(StatusCode::GATEWAY_TIMEOUT, error)
                    .hint("ask for less: a shorter time, a narrower filter")
                    .into_response()
            }
            Err(error) => ApiError::away(&backend.name, &why(&error)).into_response(),
        }
    }
}

/// Hands a request on to the server that its path names.
pub(crate) async fn proxy(State(proxy): State<Proxy>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let rest = path.strip_prefix(PREFIX).unwrap_or_default();
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match proxy.components.readable(name) {
        Some(backend) => proxy.hand_on(backend, &format!("/{rest}"), request).await,
        None => forbidden(&path).into_response(),
    }
}

/// Whether the answer has no end.
fn judged(may: &BTreeMap<String, Way>, method: &Method, path: &str) -> Result<bool, ApiError> {
    let segments = paths::segments(path).ok_or_else(|| forbidden(path))?;
    match judge(may, method, &segments) {
        Verdict::Allowed { endless } => Ok(endless),
        Verdict::Forbidden => Err(forbidden(path)),
        Verdict::Method => Err(ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not for {path}: the console can only look"),
        )),
    }
}

fn forbidden(path: &str) -> ApiError {
    let error = format!("{path} is nothing that may be asked of it through the console");
    ApiError::new(StatusCode::FORBIDDEN, error)
        .hint("the list is read_paths of its component.nix; `groundwork status` has the server's own address")
}

/// Its address, to which a path is added.
fn base(backend: &Component) -> &str {
    let address = backend.service.as_deref().unwrap_or_default();
    address.trim_end_matches('/')
}

/// An answer with what is known about its body.
fn back(status: StatusCode, [kind, length]: [Option<HeaderValue>; 2], body: Body) -> Response {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, kind), (CONTENT_LENGTH, length)] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    response
}

/// The causes of `error` without its address, which is the cluster's and not the person's.
fn why(error: &reqwest::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), chain)
}
