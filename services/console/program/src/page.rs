//! The built page: its files as they lie in their folder, compressed ones where the browser takes them.
//!
//! NB: tower-http's `ServeDir` (0.6.11) tells versions of a file by its time, and all files of an image
//! have the same: a browser would keep the page of an older console. It also sends no `Vary`, takes six
//! times the CPU for a file, and would make the program 320 kB larger.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderName, Method, StatusCode, Uri,
        header::{ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};

use crate::{api_error::ApiError, guard::is_data, paths};

/// Files here have their content's hash in their name.
const ASSETS: &str = "assets";
const INDEX: &str = "index.html";

/// The folder of the page.
#[derive(Debug, Clone)]
pub(crate) struct Page(Arc<PathBuf>);

impl Page {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(Arc::new(folder))
    }

    async fn answer(&self, path: &str, headers: &HeaderMap) -> Response {
        // Reads nothing outside the folder: a path that could lead out of it is taken for an
        // address of the page's own.
        let segments = paths::segments(path).unwrap_or_default();
        let gzip = takes_gzip(headers);
        let asset = segments.first().is_some_and(|first| first == ASSETS);
        let file = segments.iter().collect::<PathBuf>();
        if let Some(response) = self.file(&file, gzip, asset).await {
            return response;
        }
        if asset {
            // A page would only hide that a part of another version was asked for.
            let error = format!("the page has no {path}");
            return ApiError::new(StatusCode::NOT_FOUND, error)
                .hint("load the page again: it has been changed")
                .into_response();
        }
        match self.file(Path::new(INDEX), gzip, false).await {
            Some(response) => response,
            None => ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("there is no page in {}", self.0.display()),
            )
            .hint("build it with `npm run build` in console/, or name its folder in CONSOLE_PAGE")
            .into_response(),
        }
    }

    /// The file at `relative`, if there is one.
    async fn file(&self, relative: &Path, gzip: bool, asset: bool) -> Option<Response> {
        let kind = kind(relative)?;
        let plain = self.0.join(relative);
        let mut packed = plain.clone().into_os_string();
        packed.push(".gz");
        let packed = match gzip {
            true => read(Path::new(&packed)).await,
            false => None,
        };
        let encoded = packed.is_some();
        let bytes = match packed {
            Some(bytes) => bytes,
            None => read(&plain).await?,
        };
        let cache = match asset {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        let headers: [(HeaderName, &str); 3] = [
            (CONTENT_TYPE, kind),
            (CACHE_CONTROL, cache),
            (VARY, "accept-encoding"),
        ];
        let encoding = encoded.then_some([(CONTENT_ENCODING, "gzip")]);
        Some(match encoding {
            Some(encoding) => (headers, encoding, bytes).into_response(),
            None => (headers, bytes).into_response(),
        })
    }
}

/// Answers with a file of the page, or the page itself.
pub(crate) async fn page(
    State(page): State<Page>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if ![Method::GET, Method::HEAD].contains(&method) {
        return not_allowed(method).await;
    }
    // Data has no page behind it.
    if is_data(uri.path()) {
        let error = format!("there is no {}", uri.path());
        return ApiError::new(StatusCode::NOT_FOUND, error).into_response();
    }
    page.answer(uri.path(), &headers).await
}

/// Answers a method that may change something: the page is for reading.
pub(crate) async fn not_allowed(method: Method) -> Response {
    let error = format!("{method} is not for this: the console can only look");
    let failure = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, error);
    ([(ALLOW, "GET, HEAD")], failure).into_response()
}

async fn read(path: &Path) -> Option<Vec<u8>> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            // A missing file or a folder is usual; other errors are logged.
            let usual = [
                ErrorKind::NotFound,
                ErrorKind::IsADirectory,
                ErrorKind::NotADirectory,
            ];
            if !usual.contains(&error.kind()) {
                tracing::warn!(path = %path.display(), %error, "cannot read a file of the page");
            }
            None
        }
    }
}

/// The type of the files that a page has; none for all others.
fn kind(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let words = values.filter_map(|value| value.to_str().ok());
    words.flat_map(|value| value.split(',')).any(|word| {
        let (name, weight) = word.split_once(';').unwrap_or((word, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| {
            weight
                .trim()
                .parse::<f32>()
                .is_ok_and(|weight| weight <= 0.0)
        });
        matches!(name.trim(), "gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_take_it() {
        let takes = |value: &str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())]);
            takes_gzip(&headers)
        };
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, gzip;q=0.5") && takes("*"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("gzip;q=0.0, br"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
