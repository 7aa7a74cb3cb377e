//! One GET: how a pod without shell or curl asks another service, and an exec probe itself.

use std::time::Duration;

use groundwork_process::wait::Wait;
use reqwest::{Client, StatusCode};

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a GET failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There was no answer.
    #[error("no answer from {url}")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// Where it failed.
        #[source]
        source: reqwest::Error,
    },
    /// The answer was not 2xx.
    #[error("{url} answered {status}: {body}")]
    Status {
        /// What was asked.
        url: String,
        /// The answer's status.
        status: StatusCode,
        /// The answer's body.
        body: String,
    },
}

/// The body that `url` answers with; on failure it asks again for as long as `patience`.
///
/// # Errors
/// The last attempt's [`Error`].
pub async fn get(url: &str, patience: Duration) -> Result<String, Error> {
    let wait = Wait::new(url, patience).exactly().every(PAUSE);
    let answer = wait.until(async || attempt(url).await).done().await;
    answer.map_err(|late| late.missing)
}

async fn attempt(url: &str) -> Result<String, Error> {
    let no_answer = |source| Error::NoAnswer {
        url: url.to_owned(),
        source,
    };
    // A client of its own, so that each attempt looks the name up again.
    let client = Client::builder().no_proxy().timeout(ATTEMPT).build();
    let request = client.map_err(no_answer)?.get(url).send();
    let response = request.await.map_err(no_answer)?;
    let status = response.status();
    let body = response.text().await.map_err(no_answer)?;
    if status.is_success() {
        return Ok(body);
    }
    Err(Error::Status {
        url: url.to_owned(),
        status,
        body,
    })
}
