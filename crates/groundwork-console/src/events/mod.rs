//! The event bus as the page shows it: topics, records, groups. Nothing here joins, confirms or writes.

mod groups;
mod messages;
mod record;
mod tail;
mod topics;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode, routing::get};
use groundwork_error::chain;
use groundwork_events::{Bus, Error};
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{failure::Failure, proxy::Proxy};

/// For the bus to answer the first time; afterwards the client finds it again by itself.
const CONNECT: Duration = Duration::from_secs(2);
/// Before the next try, when it has not.
const AGAIN: Duration = Duration::from_secs(1);
/// For an answer of the bus.
const ANSWER: Duration = Duration::from_secs(8);
/// Looks into topics at once: each has a client with its buffers, some 5 MB, and takes half a second.
const LOOKS: usize = 2;
/// Live tails at once, those of logs too.
const TAILS: usize = 32;

/// The event bus, which may be away.
#[derive(Clone)]
pub(crate) struct Events {
    bootstrap: Arc<str>,
    connection: Arc<Mutex<Connection>>,
    looks: Arc<Semaphore>,
    tails: Tails,
    proxy: Proxy,
}

/// What is known about the bus.
enum Connection {
    Open(Bus),
    /// It did not answer, and when that was.
    Failed(Instant, Failure),
    Untried,
}

/// The places for live tails.
#[derive(Clone)]
pub(crate) struct Tails {
    places: Arc<Semaphore>,
    open: Gauge,
}

/// A live tail's place, free again when it is dropped.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    open: Gauge,
}

impl Tails {
    /// Their places; `open` shows how many are taken.
    pub(crate) fn new(open: Gauge) -> Self {
        let places = Arc::new(Semaphore::new(TAILS));
        Self { places, open }
    }

    /// A place for one more.
    pub(crate) fn open(&self) -> Result<Place, Failure> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let busy = |_| {
            Failure::busy(
                format!("{TAILS} live tails are open already"),
                "close one: each page that shows a tail has its own",
            )
        };
        let permit = permit.map_err(busy)?;
        self.open.inc();
        Ok(Place {
            _permit: permit,
            open: self.open.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.dec();
    }
}

impl Events {
    pub(crate) fn new(bootstrap: &str, tails: Tails, proxy: Proxy) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            connection: Arc::new(Mutex::new(Connection::Untried)),
            looks: Arc::new(Semaphore::new(LOOKS)),
            tails,
            proxy,
        }
    }

    /// The bus, connected to when it is first asked. Those who ask at the same time wait for one try.
    async fn bus(&self) -> Result<Bus, Failure> {
        let mut connection = self.connection.lock().await;
        match &*connection {
            Connection::Open(bus) => return Ok(bus.clone()),
            Connection::Failed(at, failure) if at.elapsed() < AGAIN => return Err(failure.clone()),
            Connection::Failed(..) | Connection::Untried => {}
        }
        let connected = Bus::connect(&self.bootstrap, CONNECT).await;
        match connected.map_err(failed) {
            Ok(bus) => {
                *connection = Connection::Open(bus.clone());
                Ok(bus)
            }
            Err(failure) => {
                *connection = Connection::Failed(Instant::now(), failure.clone());
                Err(failure)
            }
        }
    }
}

/// What the bus answers, within the time that a person waits.
async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    match timeout(patience, answer).await {
        Ok(answer) => answer.map_err(failed),
        Err(_) => {
            let seconds = patience.as_secs();
            Err(Failure::away(
                "kafka",
                &format!("nothing came for {seconds} s"),
            ))
        }
    }
}

pub(crate) fn router(events: Events) -> Router {
    Router::new()
        .route("/api/topics", get(topics::topics))
        .route("/api/topics/{topic}/messages", get(messages::messages))
        .route("/api/topics/{topic}/tail", get(tail::tail))
        .route("/api/groups", get(groups::groups))
        .with_state(events)
}

/// What the bus's client says, as an answer.
fn failed(error: Error) -> Failure {
    let status = match &error {
        Error::NoTopic { .. } | Error::NoGroup { .. } => StatusCode::NOT_FOUND,
        Error::NoPartition { .. } => StatusCode::BAD_REQUEST,
        _ => return Failure::away("kafka", &chain(&error)),
    };
    let failure = Failure::new(status, error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
