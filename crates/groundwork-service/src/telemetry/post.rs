//! The way to the collector. A batch is sent again until a collector takes it. So a collector's
//! restart costs no spans, and the log has one line for it instead of one for each batch.

use std::time::Duration;

use async_trait::async_trait;
use groundwork_process::{error::chain, wait::Backoff};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::{Client, StatusCode};

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(10);
/// Between two attempts.
const PAUSES: Backoff = Backoff::doubling(Duration::from_millis(100), Duration::from_secs(2));

/// An HTTP client that does not give up.
#[derive(Debug)]
pub(crate) struct Post(Client);

impl Post {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder().no_proxy().timeout(ATTEMPT).build()?;
        Ok(Self(client))
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.0.execute(request.try_into()?).await?;
        let status = response.status();
        let body = response.bytes().await?;
        if is_passing(status) {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(Response::builder().status(status).body(body)?)
    }
}

#[async_trait]
impl HttpClient for Post {
    /// The first answer that is final, whether the collector took the batch or not.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut pauses = PAUSES;
        let mut told = false;
        loop {
            match self.attempt(request.clone()).await {
                Ok(response) => {
                    if told {
                        tracing::info!(collector = %request.uri(), "the collector answers again");
                    }
                    return Ok(response);
                }
                Err(error) if !told => {
                    told = true;
                    let error = chain(&*error);
                    tracing::warn!(collector = %request.uri(), error,
                        "the collector takes no spans; they wait and it is asked again");
                }
                Err(_) => {}
            }
            pauses.pause().await;
        }
    }
}

/// The answers after which the protocol wants the same batch again.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}
