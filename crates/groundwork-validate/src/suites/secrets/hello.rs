//! The stack's hello, which gives /private to those who have the token in its secret.

use std::time::Duration;

use groundwork_process::wait::within;

use crate::runner::CheckFailure;

/// Its namespace.
pub(super) const HELLO: &str = "hello";
/// Its secret.
pub(super) const TOKEN: &str = "hello-token";

/// For a service on this machine to answer.
pub(super) const ANSWER: Duration = Duration::from_secs(10);

/// A client for services on this machine.
pub(super) fn http() -> Result<reqwest::Client, CheckFailure> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

/// How the service at `url` answers a request for what it gives to those who have its token.
pub(super) async fn status(
    client: &reqwest::Client,
    url: &str,
    token: &str,
) -> Result<u16, CheckFailure> {
    let request = client.get(format!("{url}/private")).bearer_auth(token);
    Ok(within(ANSWER, request.send()).await??.status().as_u16())
}
