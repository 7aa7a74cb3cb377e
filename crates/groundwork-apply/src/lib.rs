//! Brings the stack's objects into a cluster, waits until they work, and says what is there.
//!
//! Owned here: reading the waves' files, server-side apply in order, the inventory and pruning,
//! readiness, and a question to a Service. So are the views that `status` and `validate` show:
//! components, endpoints, digest, drift.
//! Not owned: where the cluster comes from. A kubeconfig is all that this crate needs.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let cluster = groundwork_apply::Cluster::connect("/var/lib/groundwork/kubeconfig".as_ref()).await?;
//! let components = cluster.components().await?;
//! let waiting: Vec<_> = components.iter().filter(|it| !it.ready).map(|it| &it.name).collect();
//! # Ok(())
//! # }
//! ```

mod access;
mod apply;
mod components;
mod deployed;
mod diagnosis;
mod digest;
mod discovery;
mod drift;
mod endpoints;
mod error;
mod inventory;
mod key;
mod last_words;
mod object;
mod order;
mod pods;
mod prune;
mod ready;
mod rollout;
mod services;
mod status;

use std::{path::Path, time::Duration};

use groundwork_process::error::chain;
use http::{HeaderValue, header::USER_AGENT};
use jiff::Timestamp;
use kube::{Client, Config};

pub use access::config;
pub use apply::Applied;
pub use deployed::{Deployed, Service};
pub use digest::{Digest, VOLATILE};
pub use drift::{Change, Difference, Drift, Field};
pub use endpoints::{Endpoint, endpoints};
pub use error::{Diagnosis, Error, Rejection, explain};
pub use inventory::Owner;
pub use key::Key;
pub use object::objects;
pub use order::Stage;
pub use pods::{pods_of, statuses, trouble};
pub use status::{Status, readiness};

/// The field manager of everything that `groundwork` applies.
pub const FIELD_MANAGER: &str = "groundwork";

/// The label that every applied object carries, by which it is found again.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by=groundwork";

/// How long a new connection to the API server may take. It is on the same machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The group that may do anything.
const MASTERS: &str = "system:masters";

/// Who asks, where the API server's audit log must tell one person from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user that the administrator acts for, `user:alice`.
    pub user: String,
    /// The program and what it does, `groundwork-secret/get`.
    pub agent: String,
}

/// A cluster whose API server can be asked.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    restarted: Option<Timestamp>,
}

impl Cluster {
    /// A cluster by the kubeconfig at `path`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Kubeconfig`] when the file is missing or wrong.
    pub async fn connect(path: &Path) -> Result<Self, Error> {
        Self::connecting(path, None).await
    }

    /// The same in the name of `caller`, who has all the rights of the kubeconfig's administrator.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and when a header cannot carry the caller's name.
    pub async fn connect_as(path: &Path, caller: &Caller) -> Result<Self, Error> {
        Self::connecting(path, Some(caller)).await
    }

    /// The cluster that this pod runs in, with the rights of the pod's service account. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::NoPod`] where this is no pod, or one without an account's token.
    pub fn around() -> Result<Self, Error> {
        let mut config = Config::incluster().map_err(|error| Error::NoPod(chain(&error)))?;
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        let client = Client::try_from(config).map_err(|error| Error::NoPod(explain(&error)))?;
        Ok(Self {
            client,
            restarted: None,
        })
    }

    async fn connecting(path: &Path, caller: Option<&Caller>) -> Result<Self, Error> {
        let unusable = |reason: String| Error::Kubeconfig {
            path: path.into(),
            reason,
        };
        let mut config = config(path).await?;
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        if let Some(caller) = caller {
            let agent = HeaderValue::from_str(&caller.agent);
            let agent = agent.map_err(|error| unusable(error.to_string()))?;
            config.headers.push((USER_AGENT, agent));
            config.auth_info.impersonate = Some(caller.user.clone());
            config.auth_info.impersonate_groups = Some(vec![MASTERS.to_owned()]);
        }
        let client = Client::try_from(config).map_err(|error| unusable(explain(&error)))?;
        Ok(Self {
            client,
            restarted: None,
        })
    }

    /// The same cluster, of which it is known that all its containers ended before `moment`, as
    /// after a reboot: what a workload's status says about older ones is not believed. It still
    /// says so until the kubelet has looked, and without this an apply would take it for ready.
    #[must_use]
    pub fn restarted_at(self, moment: Timestamp) -> Self {
        Self {
            restarted: Some(moment),
            ..self
        }
    }

    /// The client, for requests that this crate has no words for.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}
