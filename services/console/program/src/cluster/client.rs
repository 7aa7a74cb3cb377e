//! The way to the API server.

use std::{path::Path, time::Duration};

use groundwork_process::error::chain;
use kube::{Client, Config};
use tokio::time::timeout;

use crate::{api_error::ApiError, proxy::Proxy};

/// For an answer of the API server, which is on this machine.
const ANSWER: Duration = Duration::from_secs(8);

/// The cluster.
#[derive(Clone)]
pub(crate) struct Cluster {
    /// Or why there is none: the console is useful without.
    client: Result<Client, String>,
    pub(super) proxy: Proxy,
}

impl Cluster {
    /// The cluster of `kubeconfig`, or else the one that the pod is in.
    pub(crate) async fn find(kubeconfig: Option<&Path>, proxy: Proxy) -> Self {
        let client = client(kubeconfig).await;
        if let Err(error) = &client {
            tracing::warn!(error, "no cluster can be asked");
        }
        Self { client, proxy }
    }

    /// What the API server answers, within the time that a person waits.
    pub(super) async fn ask<'a, T, F>(
        &'a self,
        question: impl FnOnce(&'a Client) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, kube::Error>>,
    {
        let away = |why: &str| ApiError::away("kube-apiserver", why);
        let client = self.client.as_ref().map_err(|error| away(error))?;
        match timeout(ANSWER, question(client)).await {
            Ok(answer) => answer.map_err(|error| away(&groundwork_apply::explain(&error))),
            Err(_) => Err(away(&format!("nothing came for {} s", ANSWER.as_secs()))),
        }
    }
}

async fn client(kubeconfig: Option<&Path>) -> Result<Client, String> {
    let config = match kubeconfig {
        None => Config::incluster().map_err(|error| chain(&error))?,
        Some(path) => groundwork_apply::config(path)
            .await
            .map_err(|error| chain(&error))?,
    };
    Client::try_from(config).map_err(|error| chain(&error))
}
