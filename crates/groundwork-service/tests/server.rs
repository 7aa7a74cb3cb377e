//! A service's end as its clients and its own tasks see it.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use groundwork_service::{Ended, Readiness, Server, listen, ops, shutdown_signal};
use prometheus_client::registry::Registry;
use reqwest::Client;
use rustix::process::{Signal, getpid, kill_process};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::yield_now,
    time::timeout,
};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn status(address: SocketAddr, path: &str) -> u16 {
    let client = Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("http://{address}{path}")).send().await;
    answer.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_task_has_ended_and_no_probe_says_ready_before_a_listener_closes() {
    /// Tells when it is dropped.
    struct Held(Option<oneshot::Sender<()>>);
    impl Drop for Held {
        fn drop(&mut self) {
            let _ = self.0.take().unwrap().send(());
        }
    }
    let (gone, let_go) = oneshot::channel();
    let held = Held(Some(gone));
    let task = tokio::spawn(async move {
        let _held = held;
        pending::<()>().await;
    });
    let (first, second) = (listener().await, listener().await);
    let readiness = Readiness::default();
    let probes = ops(readiness.clone(), Registry::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new(readiness)
        .listen(first.0, Router::new().route("/", get(async || "")))
        .listen(second.0, probes)
        .background(task)
        .drain(Duration::from_secs(3600));
    let server = tokio::spawn(server.run(async { drop(stopped.await) }));
    assert_eq!(status(second.1, "/ready").await, 200);

    stop.send(()).unwrap();
    timeout(PATIENCE, let_go).await.unwrap().unwrap();
    assert_eq!(status(second.1, "/ready").await, 503);
    assert_eq!(status(second.1, "/health").await, 200);
    assert_eq!(status(first.1, "/").await, 200);
    server.abort();
}

/// A route that is in flight from `asked` until `answer`.
#[derive(Clone, Default)]
struct Slow {
    asked: Arc<Notify>,
    answer: Arc<Notify>,
}

impl Slow {
    fn routes(&self) -> Router {
        let Self { asked, answer } = self.clone();
        let slow = async move || {
            asked.notify_one();
            answer.notified().await;
            "late"
        };
        Router::new().route("/slow", get(slow))
    }

    /// The connection of who asks.
    async fn ask(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
        stream.write_all(request).await.unwrap();
        stream
    }
}

#[tokio::test]
async fn who_has_asked_in_time_is_answered_while_every_listener_is_closed() {
    let slow = Slow::default();
    let (first, second) = (listener().await, listener().await);
    let server = Server::new(Readiness::default())
        .listen(first.0, Router::new())
        .listen(second.0, slow.routes())
        .drain(Duration::ZERO)
        .grace(Duration::from_secs(3600));
    let asked = Arc::clone(&slow.asked);
    let server = tokio::spawn(server.run(async move { asked.notified().await }));
    let mut asking = Slow::ask(second.1).await;
    let closed = async {
        for address in [first.1, second.1] {
            while TcpStream::connect(address).await.is_ok() {
                yield_now().await;
            }
        }
    };
    timeout(PATIENCE, closed).await.unwrap();
    slow.answer.notify_one();
    let mut text = String::new();
    asking.read_to_string(&mut text).await.unwrap();
    assert!(text.ends_with("late"), "{text}");
    assert_eq!(server.await.unwrap().unwrap(), Ended::Answered);
}

#[tokio::test]
async fn an_answer_without_an_end_holds_nobody_up_longer_than_the_grace() {
    let slow = Slow::default();
    let (listener, address) = listener().await;
    let server = Server::new(Readiness::default())
        .listen(listener, slow.routes())
        .drain(Duration::ZERO)
        .grace(Duration::from_millis(50));
    let _asking = Slow::ask(address).await;
    let ended = timeout(PATIENCE, server.run(slow.asked.notified())).await;
    assert_eq!(ended.unwrap().unwrap(), Ended::InFlight);
}

#[tokio::test]
async fn a_signal_that_comes_before_anybody_waits_for_it_counts() {
    for signal in [Signal::TERM, Signal::INT] {
        let told = shutdown_signal().unwrap();
        kill_process(getpid(), signal).unwrap();
        timeout(PATIENCE, told).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_with_its_reason() {
    let (_listener, address) = listener().await;
    let error = listen(address).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("in use"), "{reason}");
}
