//! The ingress as the checks ask it: by a host, and which pod of hello answers.

use std::time::Duration;

use groundwork_contract::role;
use reqwest::Client;
use serde_json::Value;

use crate::runner::{CheckFailure, Context};

/// The name under which the stack's hello answers, and where its Ingress is.
pub(crate) const HELLO_HOST: &str = "hello.localhost";
pub(crate) const HELLO: &str = "hello";

/// For the ingress to know of a new or changed route.
pub(crate) const KNOWN: Duration = Duration::from_secs(30);

/// Where the ingress answers on this machine.
pub(crate) fn address(context: &Context) -> Result<String, CheckFailure> {
    context.endpoint(role::INGRESS)
}

/// For one request: the ingress itself tries for some three seconds, and a second more for each try at the
/// address of a pod that is gone.
const ANSWER: Duration = Duration::from_secs(8);

/// Which pod of hello answers at `url` under the name `host`.
pub(crate) async fn ask(url: &str, host: &str) -> Result<String, CheckFailure> {
    pod(&client()?, url, host).await
}

pub(crate) fn client() -> Result<Client, CheckFailure> {
    Ok(Client::builder().no_proxy().timeout(ANSWER).build()?)
}

pub(crate) async fn pod(client: &Client, url: &str, host: &str) -> Result<String, CheckFailure> {
    let answer = client.get(url).header("host", host).send().await?;
    let status = answer.status();
    if status != 200 {
        return Err(format!("status {status}").into());
    }
    let answer: Value = serde_json::from_str(&answer.text().await?)?;
    match answer["pod"].as_str() {
        Some(pod) => Ok(pod.to_owned()),
        None => Err(format!("another service answers: {answer}").into()),
    }
}
