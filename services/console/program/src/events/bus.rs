//! The way to the event bus, and how much is asked of it at once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use groundwork_events::{Bus, Error};
use groundwork_process::error::{Remedy as _, chain};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{api_error::ApiError, proxy::Proxy, tails::Tails};

/// For the bus to answer the first time; afterwards the client finds it again by itself.
const CONNECT: Duration = Duration::from_secs(5);
/// Before the next try, when it has not.
const AGAIN: Duration = Duration::from_secs(1);
/// For an answer of the bus.
pub(super) const ANSWER: Duration = Duration::from_secs(8);
/// Looks into topics at once: each has a client with its buffers, some 5 MB, and takes half a second.
const LOOKS: usize = 2;
/// Other questions at once. One that the bus does not answer keeps a thread until the client gives up.
const QUESTIONS: usize = 4;
/// Topics watched at once, each with a client, too.
pub(super) const WATCHED: usize = 8;

/// The event bus, which may be away.
#[derive(Clone)]
pub(crate) struct Events {
    bootstrap: Arc<str>,
    connection: Arc<Mutex<Connection>>,
    pub(super) looks: Arc<Semaphore>,
    questions: Arc<Semaphore>,
    pub(super) watched: Arc<Semaphore>,
    pub(super) tails: Tails,
    pub(super) proxy: Proxy,
}

/// What is known about the bus.
enum Connection {
    Open(Bus),
    /// It did not answer, and when that was.
    Failed(Instant, ApiError),
    Untried,
}

impl Events {
    pub(crate) fn new(bootstrap: &str, tails: Tails, proxy: Proxy) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            connection: Arc::new(Mutex::new(Connection::Untried)),
            looks: Arc::new(Semaphore::new(LOOKS)),
            questions: Arc::new(Semaphore::new(QUESTIONS)),
            watched: Arc::new(Semaphore::new(WATCHED)),
            tails,
            proxy,
        }
    }

    /// A place for a question, of which too many wait for a bus that does not answer.
    pub(super) async fn question(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let place = Arc::clone(&self.questions).acquire_owned();
        match timeout(ANSWER, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(silent(ANSWER)),
        }
    }

    /// The bus, connected to when it is first asked. Those who ask at the same time wait for one try.
    pub(super) async fn bus(&self) -> Result<Bus, ApiError> {
        let mut connection = self.connection.lock().await;
        match &*connection {
            Connection::Open(bus) => return Ok(bus.clone()),
            Connection::Failed(at, failure) if at.elapsed() < AGAIN => return Err(failure.clone()),
            Connection::Failed(..) | Connection::Untried => {}
        }
        let connected = Bus::connect_exactly(&self.bootstrap, CONNECT).await;
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

/// What the bus answers to a question that has its `place`. The page that asked may go away: the question goes
/// on, and the place is taken, for as long as the client's thread is.
pub(super) async fn within<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    patience: Duration,
    answer: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, ApiError> {
    let answer = tokio::spawn(async move {
        let _place = place;
        answer.await
    });
    match timeout(patience, answer).await {
        Ok(Ok(answer)) => answer.map_err(failed),
        Ok(Err(error)) => Err(ApiError::away("kafka", &error.to_string())),
        Err(_) => Err(silent(patience)),
    }
}

fn silent(patience: Duration) -> ApiError {
    let seconds = patience.as_secs();
    ApiError::away("kafka", &format!("nothing came for {seconds} s"))
}

/// What the bus's client says, as an answer.
pub(super) fn failed(error: Error) -> ApiError {
    let status = match &error {
        Error::NoTopic { .. } | Error::NoGroup { .. } => StatusCode::NOT_FOUND,
        Error::NoPartition { .. } => StatusCode::BAD_REQUEST,
        _ => return ApiError::away("kafka", &chain(&error)),
    };
    let failure = ApiError::new(status, error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_that_nobody_waits_for_keeps_its_place_until_it_ends() {
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let answer = async move {
            ended.await.unwrap();
            Ok(())
        };
        let failure = within(place, Duration::ZERO, answer).await.unwrap_err();
        assert_eq!(failure.status, StatusCode::BAD_GATEWAY);
        assert_eq!(places.available_permits(), 0);
        end.send(()).unwrap();
        drop(places.acquire().await.unwrap());
    }
}
