//! What a service holds: the current version, replaced under its hands by the task that follows the
//! secret; and the words that the log has for it.

use std::{
    collections::BTreeSet,
    future::{self, Future},
    sync::Arc,
    time::Duration,
};

use tokio::{
    select,
    sync::{oneshot, watch as channel},
    time::timeout,
};

use crate::{Location, Secret};

/// How long the first look may take; it goes on behind the service then.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// A secret that is followed until the last clone of this goes.
#[derive(Debug, Clone)]
pub struct Watched(channel::Receiver<Option<Arc<Secret>>>);

impl Watched {
    /// The current version, once one was found; none again when the secret is gone. When it cannot
    /// be followed for a while, the last version that was seen stays.
    #[must_use]
    pub fn current(&self) -> Option<Arc<Secret>> {
        self.0.borrow().clone()
    }

    /// Waits until [`current`](Self::current) is another than when this was last called, or than at
    /// the start: for what is made from a secret once, such as a connection.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // The task that follows it ends with the runtime alone.
            future::pending().await
        }
    }
}

/// What `follow` finds, for as long as a `Watched` is held.
pub(crate) async fn followed<F>(location: &Location, follow: impl FnOnce(Publisher) -> F) -> Watched
where
    F: Future<Output = ()> + Send + 'static,
{
    let (secret, watched) = channel::channel(None);
    let (look, looked) = oneshot::channel();
    let following = follow(Publisher {
        location: location.to_string(),
        secret: secret.clone(),
        look: Some(look),
        told: BTreeSet::new(),
    });
    tokio::spawn(async move {
        select! {
            () = following => {}
            () = secret.closed() => {}
        }
    });
    // Without a look in this time there is nothing yet, as after one that found nothing.
    let _ = timeout(FIRST_LOOK, looked).await;
    let mut watched = Watched(watched);
    watched.0.mark_unchanged();
    watched
}

/// Where those that follow a secret put what they find.
pub(crate) struct Publisher {
    location: String,
    secret: channel::Sender<Option<Arc<Secret>>>,
    /// Taken by the first look.
    look: Option<oneshot::Sender<()>>,
    /// The kinds of problems that the log has been told of.
    told: BTreeSet<String>,
}

impl Publisher {
    /// `found` is what there is now.
    pub(crate) fn publish(&mut self, found: Option<Secret>) {
        let secret = self.location.as_str();
        let first = self.look.is_some();
        self.secret.send_if_modified(|current| {
            if current.as_deref() == found.as_ref() {
                if first {
                    tracing::info!(secret, "there is no such secret yet");
                }
                return false;
            }
            match &found {
                Some(found) => tracing::info!(
                    secret,
                    version = found.version(),
                    "a secret's version is in use"
                ),
                None => tracing::info!(secret, "the secret is gone"),
            }
            *current = found.map(Arc::new);
            true
        });
        self.looked();
    }

    /// It cannot be followed; it will be tried again. The log is told once of each `kind`.
    pub(crate) fn problem(&mut self, kind: &str, error: &str) {
        if self.told.insert(kind.to_owned()) {
            let in_use = self
                .secret
                .borrow()
                .as_ref()
                .map(|it| it.version().to_owned());
            let (secret, in_use) = (self.location.as_str(), in_use.as_deref().unwrap_or("none"));
            tracing::warn!(
                secret,
                in_use,
                error,
                "the secret cannot be followed; it is tried again"
            );
        }
        self.looked();
    }

    /// It is followed, and for longer than by chance.
    pub(crate) fn settled(&mut self) {
        if !self.told.is_empty() {
            self.told.clear();
            tracing::info!(secret = self.location, "the secret is followed again");
        }
    }

    fn looked(&mut self) {
        if let Some(look) = self.look.take() {
            // The waiting side may be gone.
            let _ = look.send(());
        }
    }
}
