//! The Secret itself, listed and watched with the pod's own identity.
//!
//! A role with `resourceNames` allows exactly these requests: a list and a watch that ask for one
//! name. A watch that ends for whatever reason is followed by a list, which has all that was missed
//! meanwhile. It also covers a version that is too old to watch from (410 Gone).

use std::{future::Future, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use groundwork_process::{error::chain, wait::Backoff};
use http::{HeaderValue, header::USER_AGENT};
use k8s_openapi::api::core::v1::Secret as Object;
use kube::{
    Api, Client, Config, Error as KubeError,
    api::{ListParams, WatchEvent, WatchParams},
    core::ErrorResponse,
};
use tokio::time::{Instant, timeout};
use tracing::{instrument::WithSubscriber as _, subscriber::NoSubscriber};

use crate::{Error, Secret, Value, store::VERSION, watched::Publisher};

/// Who asks, in the API server's audit log.
const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// How long an answer may take to begin.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a watch may be silent: the API server sends a bookmark every 60 to 75 s.
const SILENCE: Duration = Duration::from_secs(100);
/// After how many seconds the API server ends a watch.
const WATCH: u32 = 290;
/// Between two attempts. The longest is how late a new version may be once the API server is back.
const PAUSES: Backoff = Backoff::doubling(Duration::from_millis(250), Duration::from_secs(4));
/// How long a watch must last before it counts as one that works.
const SETTLED: Duration = Duration::from_secs(10);

/// A client with the pod's own identity. It reads its token again as the kubelet renews it.
pub(crate) fn connect() -> Result<Client, Error> {
    client(Config::incluster().map_err(Error::NotInCluster)?)
}

pub(crate) fn client(mut config: Config) -> Result<Client, Error> {
    config.connect_timeout = Some(ANSWER);
    config.read_timeout = Some(SILENCE);
    let agent = HeaderValue::from_static(AGENT);
    config.headers.push((USER_AGENT, agent));
    Client::try_from(config).map_err(Error::Client)
}

/// One Secret.
pub(crate) struct Place {
    api: Api<Object>,
    fields: String,
}

impl Place {
    pub(crate) fn new(client: Client, namespace: Option<&str>, name: &str) -> Self {
        let api = match namespace {
            Some(namespace) => Api::namespaced(client, namespace),
            None => Api::default_namespaced(client),
        };
        Self {
            api,
            fields: format!("metadata.name={name}"),
        }
    }
}

pub(crate) async fn follow(place: Place, mut publisher: Publisher) {
    let mut pauses = PAUSES;
    loop {
        let began = Instant::now();
        if let Err(failure) = once(&place, &mut publisher).await {
            let (kind, error) = told(&failure);
            publisher.problem(&kind, &error);
        }
        if began.elapsed() > SETTLED {
            pauses.reset();
        }
        pauses.pause().await;
    }
}

/// One list, and one watch until it ends.
async fn once(place: &Place, publisher: &mut Publisher) -> Result<(), KubeError> {
    let params = ListParams::default().fields(&place.fields);
    let list = answer(place.api.list(&params)).await?;
    publisher.publish(list.items.into_iter().next().map(version));
    let since = list.metadata.resource_version.unwrap_or_default();
    let params = WatchParams::default().fields(&place.fields).timeout(WATCH);
    let mut events = answer(place.api.watch(&params, &since)).await?.boxed();
    let mut settled = false;
    loop {
        let next = quiet(events.try_next());
        let event = match settled {
            true => next.await,
            false => match timeout(SETTLED, next).await {
                Ok(event) => event,
                Err(_) => {
                    settled = true;
                    publisher.settled();
                    continue;
                }
            },
        };
        match event? {
            Some(WatchEvent::Added(object) | WatchEvent::Modified(object)) => {
                publisher.publish(Some(version(object)));
            }
            Some(WatchEvent::Deleted(_)) => publisher.publish(None),
            Some(WatchEvent::Bookmark(_)) => {}
            Some(WatchEvent::Error(status)) => return Err(KubeError::Api(status)),
            None => return Ok(()),
        }
    }
}

/// The values move out; the rest of the object is without them.
fn version(object: Object) -> Secret {
    let mut meta = object.metadata;
    let number = meta.annotations.as_mut().and_then(|it| it.remove(VERSION));
    // One that somebody else wrote has no number, but the API server counts too.
    let number = number.or(meta.resource_version).unwrap_or_default();
    let data = object.data.unwrap_or_default().into_iter();
    let fields = data.map(|(name, bytes)| (name, Value::new(bytes.0)));
    Secret::new(number, fields.collect())
}

async fn answer<T>(asked: impl Future<Output = Result<T, KubeError>>) -> Result<T, KubeError> {
    match timeout(ANSWER, quiet(asked)).await {
        Ok(answer) => answer,
        Err(_) => Err(KubeError::Service("no answer in time".into())),
    }
}

/// NB: kube's own lines must not reach the log: it warns of an answer that it cannot read with the
/// whole answer, values and all. They would also come with every attempt.
async fn quiet<T>(asked: impl Future<Output = T>) -> T {
    asked.with_subscriber(NoSubscriber::default()).await
}

/// What the log may say of a failure, and its kind.
fn told(failure: &KubeError) -> (String, String) {
    match failure {
        KubeError::Api(ErrorResponse { code, message, .. }) => {
            (code.to_string(), format!("{code}: {message}"))
        }
        // Others may quote what they could not read.
        KubeError::SerdeError(_) | KubeError::FromUtf8(_) => {
            let what = "the API server's answer is no list of Secrets";
            ("answer".to_owned(), what.to_owned())
        }
        other => ("way".to_owned(), chain(other)),
    }
}
