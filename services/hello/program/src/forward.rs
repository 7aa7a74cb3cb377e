//! Orders that another service takes: they are handed on as they came, inside the same trace, and so
//! is its answer.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use groundwork_process::error::chain;
use groundwork_service::telemetry::to_headers;
use reqwest::{Client, Url};
use tracing::{Instrument as _, Span, field::Empty};

/// How long the other may take: longer than it waits for its broker itself.
const DEADLINE: Duration = Duration::from_secs(7);

/// Why there is nowhere to hand on to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} is not a URL to hand events on to")]
    Url(String),
    #[error("cannot make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// The other service.
pub(crate) struct Forward {
    client: Client,
    events: Url,
    host: String,
}

impl Forward {
    /// To /events of the service at `url`.
    pub(crate) fn new(url: &str) -> Result<Self, Error> {
        let events = Url::parse(url).and_then(|url| url.join("/events"));
        let events = events.map_err(|_| Error::Url(url.to_owned()))?;
        let Some(host) = events.host_str().map(str::to_owned) else {
            return Err(Error::Url(url.to_owned()));
        };
        Ok(Self {
            client: Client::builder().no_proxy().timeout(DEADLINE).build()?,
            events,
            host,
        })
    }

    /// The other's answer; the current span becomes the parent of what the other does.
    async fn ask(&self, kind: Option<&[u8]>, order: Bytes) -> reqwest::Result<Response> {
        let mut headers = HeaderMap::new();
        to_headers(&mut headers);
        let mut request = self.client.post(self.events.clone()).headers(headers);
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        let answer = request.body(order).send().await?;
        let status = answer.status();
        let kind = answer.headers().get(CONTENT_TYPE).cloned();
        let mut response = (status, answer.bytes().await?).into_response();
        response.headers_mut().remove(CONTENT_TYPE);
        if let Some(kind) = kind {
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        Ok(response)
    }

    fn span(&self) -> Span {
        tracing::info_span!(
            "forward",
            otel.name = "POST /events",
            otel.kind = "client",
            otel.status_code = Empty,
            error.type = Empty,
            http.request.method = "POST",
            http.response.status_code = Empty,
            server.address = self.host,
            server.port = self.events.port_or_known_default().map(i64::from),
            url.full = self.events.as_str(),
        )
    }
}

/// What takes orders.
pub(crate) fn forwarding(forward: Forward) -> Router {
    Router::new()
        .route("/events", post(take))
        .with_state(Arc::new(forward))
}

async fn take(State(forward): State<Arc<Forward>>, head: HeaderMap, order: Bytes) -> Response {
    let span = forward.span();
    let kind = head.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    let answer = forward.ask(kind, order).instrument(span.clone()).await;
    match answer {
        Ok(response) => {
            let status = response.status();
            span.record("http.response.status_code", i64::from(status.as_u16()));
            // In a client's span a 4xx is an error, too.
            if status.is_client_error() || status.is_server_error() {
                span.record("otel.status_code", "ERROR");
                span.record("error.type", status.as_str());
            }
            response
        }
        Err(error) => {
            let why = match error.is_timeout() {
                true => "timeout",
                false => "no answer",
            };
            span.record("otel.status_code", "ERROR");
            span.record("error.type", why);
            let error = chain(&error.without_url());
            span.in_scope(|| tracing::error!(error, "not handed on"));
            let text = format!("no answer from {}: {error}", forward.events);
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}
