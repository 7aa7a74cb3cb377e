//! Who may ask, and what every answer carries.
//!
//! The console has no login, because only programs on this machine can reach it. But a browser on this machine
//! runs pages from everywhere. They must neither ask it in the person's name nor reach it under a name of their
//! own (DNS rebinding). So a request has to name a host of ours, and come from a page of ours or from none.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{AUTHORIZATION, CACHE_CONTROL, HOST, ORIGIN, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use subtle::ConstantTimeEq as _;

use crate::api_error::ApiError;

/// Only the console's own scripts, styles, fonts, images and connections, and no frame around it.
/// Styles may be inline, as the libraries of the page make theirs while it runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 5] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Why the guard cannot stand.
#[derive(Debug, thiserror::Error)]
pub enum NoGuard {
    /// Somebody beyond this machine could reach it.
    #[error(
        "the host '{0}' is not on loopback, and there is no token: set CONSOLE_TOKEN_FILE to a file with \
         a password, or CONSOLE_HOSTS to loopback names alone"
    )]
    NoToken(String),
    /// What protects it cannot be read.
    #[error("the token file {path} {reason}")]
    Token {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// Who may ask.
#[derive(Debug, Clone)]
pub(crate) struct Guard(Arc<Rules>);

#[derive(Debug)]
struct Rules {
    /// Lower case, with their ports.
    hosts: BTreeSet<String>,
    token: Option<PathBuf>,
}

impl Guard {
    /// The guard of `hosts`, and of loopback with `port`.
    pub(crate) fn new(
        hosts: &[String],
        port: u16,
        token: Option<PathBuf>,
    ) -> Result<Self, NoGuard> {
        let ours = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{port}"));
        let given = hosts.iter().map(|host| host.trim().to_ascii_lowercase());
        let hosts: BTreeSet<_> = given.filter(|host| !host.is_empty()).chain(ours).collect();
        match &token {
            Some(path) => drop(read(path)?),
            None => {
                if let Some(host) = hosts.iter().find(|host| !is_loopback(host)) {
                    return Err(NoGuard::NoToken(host.clone()));
                }
            }
        }
        Ok(Self(Arc::new(Rules { hosts, token })))
    }

    /// Why a request is refused, if it is. This is decided before the rest of it is read.
    fn objection(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<ApiError> {
        let forbidden = |error: String| ApiError::new(StatusCode::FORBIDDEN, error);
        let hosts = &self.0.hosts;
        let known = |host: &str| hosts.contains(&host.to_ascii_lowercase());
        let host = only(headers, &HOST);
        // A request to a proxy has its host in the address as well.
        let named = host.is_some_and(known) && uri.authority().is_none_or(|it| known(it.as_str()));
        if !named {
            let names: Vec<_> = hosts.iter().map(String::as_str).collect();
            let shown = host.unwrap_or_default();
            let refused = forbidden(format!("the console does not answer as '{shown}'"));
            return Some(refused.hint(format!(
                "its hosts are {}; no Ingress or HTTPRoute has this one, or not yet",
                names.join(", ")
            )));
        }
        if headers.contains_key(ORIGIN) {
            let origin = only(headers, &ORIGIN).unwrap_or_default();
            // Beyond loopback, where there is a token, something in front may speak TLS.
            let tls = || {
                origin
                    .strip_prefix("https://")
                    .filter(|_| self.0.token.is_some())
            };
            if !origin
                .strip_prefix("http://")
                .or_else(tls)
                .is_some_and(known)
            {
                return Some(forbidden(format!("a page of '{origin}' may not ask")));
            }
        }
        // Browsers say where a request comes from; other programs do not, and need not.
        let fetch = |name| only(headers, &HeaderName::from_static(name));
        let own = matches!(fetch("sec-fetch-site"), None | Some("same-origin" | "none"));
        let opened = method == Method::GET
            && fetch("sec-fetch-mode") == Some("navigate")
            && !is_data(uri.path());
        if !own && !opened {
            return Some(forbidden("another site's page may not ask".into()));
        }
        None
    }

    /// Whether a request has the token, where one is needed.
    async fn lets_in(&self, headers: &HeaderMap) -> Result<bool, NoGuard> {
        let Some(path) = self.0.token.clone() else {
            return Ok(true);
        };
        let given = password(headers);
        // Read anew each time, so that a changed token counts at once.
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        let token = read.map_err(|error| NoGuard::Token {
            path: PathBuf::new(),
            reason: error.to_string(),
        })??;
        Ok(given.is_some_and(|given| given.as_bytes().ct_eq(token.as_bytes()).into()))
    }
}

/// Lets a request in or refuses it, and gives every answer its headers.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = judge(&guard, request, next).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn judge(guard: &Guard, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    if let Some(failure) = guard.objection(method, uri, headers) {
        return failure.into_response();
    }
    match guard.lets_in(headers).await {
        Ok(true) => next.run(request).await,
        Ok(false) => {
            let refused = ApiError::new(StatusCode::UNAUTHORIZED, "the console wants its token");
            let refused = refused.hint("any user name, and the token as the password");
            let realm = [(
                WWW_AUTHENTICATE,
                r#"Basic realm="console", charset="UTF-8""#,
            )];
            (realm, refused).into_response()
        }
        Err(error) => {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
        }
    }
}

/// Whether `path` is data. The page itself may be opened from anywhere.
pub(crate) fn is_data(path: &str) -> bool {
    ["/api", "/proxy"].iter().any(|root| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The value of a header that is there once and readable.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok(),
        Some(_) => None,
    }
}

/// Whether a host, with its port, is one that only this machine can mean.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
}

fn password(headers: &HeaderMap) -> Option<String> {
    let given = only(headers, &AUTHORIZATION)?;
    let (scheme, encoded) = given.split_once(' ')?;
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (_, password) = text.split_once(':')?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| password.to_owned())
}

fn read(path: &PathBuf) -> Result<String, NoGuard> {
    let unusable = |reason: String| NoGuard::Token {
        path: path.clone(),
        reason,
    };
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| unusable(format!("cannot be read: {error}")))?;
    match text.trim() {
        "" => Err(unusable("is empty".into())),
        token => Ok(token.to_owned()),
    }
}

#[cfg(test)]
mod tests;
