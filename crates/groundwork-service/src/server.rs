//! A service's life: it serves, is told to stop, drains and ends.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use axum::Router;
use futures::future::try_join_all;
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::readiness::Readiness;

/// The address is taken, or another machine's.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct CannotListen {
    address: SocketAddr,
    #[source]
    source: io::Error,
}

/// A listener on `address`.
///
/// # Errors
/// [`CannotListen`].
pub async fn listen(address: SocketAddr) -> Result<TcpListener, CannotListen> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|source| CannotListen { address, source })
}

/// How a service ended that was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every request has its answer.
    Answered,
    /// Some had none yet when the time for them was over.
    InFlight,
}

/// The listeners of a service, and how they end together.
#[derive(Debug)]
#[must_use = "it serves while `run` is awaited"]
pub struct Server {
    doors: Vec<(TcpListener, Router)>,
    background: Vec<JoinHandle<()>>,
    readiness: Readiness,
    drain: Duration,
    grace: Duration,
}

impl Server {
    /// One without a listener, that takes `readiness` back when it is told to stop.
    ///
    /// Drain, grace and 3 s for the last spans together stay below the pod's
    /// `terminationGracePeriodSeconds`.
    pub fn new(readiness: Readiness) -> Self {
        Self {
            doors: vec![],
            background: vec![],
            readiness,
            drain: Duration::from_secs(2),
            grace: Duration::from_secs(8),
        }
    }

    /// How long it still takes requests after it was told to stop: as long as the cluster needs to send
    /// new ones elsewhere. 2 s otherwise.
    pub fn drain(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// How long it then waits for the requests in flight, while it takes no more connections. 8 s
    /// otherwise.
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Answers what comes to `listener` by `routes`.
    pub fn listen(mut self, listener: TcpListener, routes: Router) -> Self {
        self.doors.push((listener, routes));
        self
    }

    /// A task that ends once the service is no longer ready, and before it drains: it is aborted, and
    /// has let go of what it held.
    pub fn background(mut self, task: JoinHandle<()>) -> Self {
        self.background.push(task);
        self
    }

    /// Serves until `stop` ends, and then drains.
    ///
    /// # Errors
    /// When a listener breaks.
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever sends requests is given time to go elsewhere"
    )]
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> io::Result<Ended> {
        let close = CancellationToken::new();
        let doors = self.doors.into_iter().map(|(listener, routes)| {
            let closed = close.clone().cancelled_owned();
            let server = axum::serve(listener, routes).with_graceful_shutdown(closed);
            server.into_future()
        });
        let ending = async {
            stop.await;
            self.readiness.stop();
            for task in self.background {
                task.abort();
                // That it was aborted is all that it could say.
                let _ = task.await;
            }
            sleep(self.drain).await;
            close.cancel();
            sleep(self.grace).await;
        };
        tokio::select! {
            served = try_join_all(doors) => served.map(|_| Ended::Answered),
            () = ending => Ok(Ended::InFlight),
        }
    }
}
