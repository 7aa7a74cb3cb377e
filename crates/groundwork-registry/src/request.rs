//! A request to a registry, sent as often as it takes: with what the registry wants to know, and again where it is busy.

use std::{path::PathBuf, time::Duration};

use groundwork_process::wait::Backoff;
use reqwest::{
    Body, Method, Response, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use tokio::fs::File;

use crate::{Error, Repository, credentials};

/// A registry that is busy or out of reach is asked so often.
const ATTEMPTS: u32 = 3;
/// The pauses between them.
const PAUSES: Backoff = Backoff::doubling(Duration::from_millis(500), Duration::from_secs(5));

/// What is sent, as often as it takes.
pub(crate) struct Request {
    pub method: Method,
    pub url: Url,
    pub accept: Option<String>,
    pub body: Content,
}

pub(crate) enum Content {
    None,
    Bytes(Vec<u8>, String),
    File(PathBuf, u64),
}

impl Repository {
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        accept: Option<String>,
    ) -> Result<Response, Error> {
        let url = self.url(path)?;
        let body = match method {
            Method::POST => Content::Bytes(Vec::new(), "application/octet-stream".into()),
            _ => Content::None,
        };
        self.send(&Request {
            method,
            url,
            accept,
            body,
        })
        .await
    }

    /// Sends a request, once more with what the registry wants to know; and again where it is busy.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let mut pauses = PAUSES;
        for attempt in 1.. {
            let last = attempt >= ATTEMPTS;
            match self.authorized(request).await {
                Ok(answer) if last || !is_busy(answer.status()) => return Ok(answer),
                Err(error) if last || !matches!(error, Error::NoAnswer { .. }) => {
                    return Err(error);
                }
                _ => {}
            }
            pauses.pause().await;
        }
        unreachable!("the last attempt returns");
    }

    async fn authorized(&self, request: &Request) -> Result<Response, Error> {
        let answer = self.once(request).await?;
        let challenges = answer.headers().get_all(WWW_AUTHENTICATE).iter();
        let challenges: Vec<_> = challenges.filter_map(|it| it.to_str().ok()).collect();
        let challenges = challenges.join(", ");
        if answer.status() != StatusCode::UNAUTHORIZED || challenges.is_empty() {
            return Ok(answer);
        }
        let actions = match request.method {
            Method::GET | Method::HEAD => "pull",
            _ => "pull,push",
        };
        let scope = format!("repository:{}:{actions}", self.place.repository());
        let login = self.login.as_ref();
        let found = credentials::answer(&challenges, &scope, login, &self.client);
        let found = found.await.map_err(|error| match error.status() {
            Some(status) => self.login_refused(status),
            None => self.no_answer(error),
        })?;
        let Some(found) = found else {
            return Err(self.login_refused(answer.status()));
        };
        *self.authorization.lock().await = Some(found);
        self.once(request).await
    }

    async fn once(&self, request: &Request) -> Result<Response, Error> {
        let mut sent = self
            .client
            .request(request.method.clone(), request.url.clone());
        // NB: a registry may send blobs to another host, which has no business with the login.
        if request.url.origin() == self.base.origin() {
            if let Some(authorization) = &*self.authorization.lock().await {
                sent = sent.header(AUTHORIZATION, authorization);
            }
        }
        if let Some(accept) = &request.accept {
            sent = sent.header(ACCEPT, accept);
        }
        sent = match &request.body {
            Content::None => sent,
            Content::Bytes(bytes, kind) => sent
                .header(CONTENT_TYPE, kind)
                .header(CONTENT_LENGTH, bytes.len())
                .body(bytes.clone()),
            Content::File(path, size) => {
                let file = File::open(path).await.map_err(Error::io("read", path))?;
                sent.header(CONTENT_TYPE, "application/octet-stream")
                    .header(CONTENT_LENGTH, *size)
                    .body(Body::from(file))
            }
        };
        sent.send().await.map_err(|error| self.no_answer(error))
    }
}

fn is_busy(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}
