//! Requests over HTTP on this machine: what all the clients share.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use reqwest::{Method, RequestBuilder, Url};
use serde::de::DeserializeOwned;

use crate::error::Error;

/// For an answer. Servers on this machine that need longer are not well.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of an error's text is worth showing.
const SHOWN: usize = 300;

/// Whether the server at `url` gives for `path` anything but an error of its own; one that takes
/// other requests only answers, too.
pub async fn answers(url: &str, path: &str) -> bool {
    let Ok(http) = Http::new(url) else {
        return false;
    };
    match http.get(path, &[]).await {
        Ok(_) => true,
        Err(Error::Refused { status, .. }) => status < 500,
        Err(_) => false,
    }
}

/// A server by its address.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    base: String,
}

impl Http {
    pub(crate) fn new(base: &str) -> Result<Self, Error> {
        let mut client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            // What was killed meanwhile must not be asked on an old connection.
            .pool_max_idle_per_host(0);
        if let Some(host) = below_localhost(base) {
            client = client.resolve(&host, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        }
        Ok(Self {
            client: client.build().map_err(|source| Error::Silent {
                url: base.into(),
                source,
            })?,
            base: base.trim_end_matches('/').into(),
        })
    }

    /// The server's address with `path`, for messages too.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The status of a request as it is, whatever it says.
    pub(crate) async fn status(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<u16, Error> {
        let url = self.url(path);
        let request = self.client.request(method, &url);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = request.send().await;
        let answer = answer.map_err(|source| Error::Silent { url, source })?;
        Ok(answer.status().as_u16())
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<String, Error> {
        let request = self.client.get(self.url(path)).query(query);
        self.send(path, request).await
    }

    /// A form, which takes queries that are too long for an address.
    pub(crate) async fn form(&self, path: &str, form: &[(&str, &str)]) -> Result<String, Error> {
        let request = self.client.post(self.url(path)).form(form);
        self.send(path, request).await
    }

    /// Lines of JSON.
    pub(crate) async fn lines(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: String,
    ) -> Result<String, Error> {
        // NB: Go's servers take a body for a form when it is said to be one, and for nothing then.
        let request = self
            .client
            .post(self.url(path))
            .query(query)
            .header("content-type", "application/stream+json")
            .body(body);
        self.send(path, request).await
    }

    /// The JSON that `text`, the answer of `path`, is.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &str, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|source| Error::Unreadable {
            url: self.url(path),
            source,
        })
    }

    async fn send(&self, path: &str, request: RequestBuilder) -> Result<String, Error> {
        let silent = |source| Error::Silent {
            url: self.url(path),
            source,
        };
        let answer = request.send().await.map_err(silent)?;
        let status = answer.status();
        let text = answer.text().await.map_err(silent)?;
        if status.is_success() {
            return Ok(text);
        }
        Err(Error::Refused {
            url: self.url(path),
            status: status.as_u16(),
            text: text.trim().chars().take(SHOWN).collect(),
        })
    }
}

/// The host of `base` when it is one below `localhost`: browsers take those for loopback by
/// themselves, a machine's resolver may not know them.
fn below_localhost(base: &str) -> Option<String> {
    let url: Url = base.parse().ok()?;
    let host = url.host_str()?;
    host.ends_with(".localhost").then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_localhost_are_loopback_without_a_resolver() {
        let host = below_localhost("http://console.localhost:8080/x");
        assert_eq!(host.as_deref(), Some("console.localhost"));
        for other in [
            "http://127.0.0.1:1",
            "http://localhost:1",
            "http://a.example",
        ] {
            assert_eq!(below_localhost(other), None, "{other}");
        }
    }
}
