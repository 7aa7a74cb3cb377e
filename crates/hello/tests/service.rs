//! The service as its clients see it, over a real listener.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

use std::{
    future, io,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use hello::{Config, GetError, get, serve};
use reqwest::{Client, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::interval,
};

const ONCE: Duration = Duration::ZERO;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl Running {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn status(&self, path: &str) -> StatusCode {
        let response = Client::new().get(self.url(path)).send().await;
        response.unwrap().status()
    }

    async fn put(&self, path: &str, body: impl Into<reqwest::Body>) -> StatusCode {
        let request = Client::new().put(self.url(path)).body(body);
        request.send().await.unwrap().status()
    }
}

async fn start(data: Option<&Path>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = Config {
        broker: None,
        topic: "orders".into(),
        group: None,
        listen: address,
        message: "good morning".into(),
        data: data.map(Into::into),
        pod: "hello-0".into(),
        drain: Duration::from_secs(1),
        grace: Duration::from_secs(30),
    };
    let (stop, stopped) = oneshot::channel();
    let stopped = async move {
        if stopped.await.is_err() {
            // The test let go of the sender: it never stops the service.
            future::pending::<()>().await;
        }
    };
    let server = tokio::spawn(serve(listener, config, stopped));
    Running {
        address,
        stop,
        server,
    }
}

#[tokio::test]
async fn the_root_tells_who_answers() {
    let service = start(None).await;
    let body = get(&service.url("/"), ONCE).await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({
        "service": "hello",
        "version": env!("CARGO_PKG_VERSION"),
        "pod": "hello-0",
        "message": "good morning",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_status_and_never_by_path() {
    let service = start(None).await;
    for path in ["/", "/", "/nowhere/1", "/nowhere/2"] {
        service.status(path).await;
    }
    let text = get(&service.url("/metrics"), ONCE).await.unwrap();
    for line in [
        r#"http_requests_total{route="/",status="200"} 2"#,
        r#"http_requests_total{route="none",status="404"} 2"#,
        r#"http_request_duration_seconds_count{route="/",status="200"} 2"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_note_is_read_back_by_the_next_service_on_the_same_directory() {
    let data = tempfile::tempdir().unwrap();
    let first = start(Some(data.path())).await;
    assert_eq!(first.status("/notes/a-1").await, StatusCode::NOT_FOUND);
    assert_eq!(
        first.put("/notes/a-1", "kept").await,
        StatusCode::NO_CONTENT
    );
    let second = start(Some(data.path())).await;
    assert_eq!(get(&second.url("/notes/a-1"), ONCE).await.unwrap(), "kept");
}

#[tokio::test]
async fn names_that_could_leave_the_directory_and_large_notes_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let service = start(Some(data.path())).await;
    let long = format!("/notes/{}", "a".repeat(64));
    for path in ["/notes/..%2Fescape", "/notes/.hidden", "/notes/A", &long] {
        let status = service.put(path, "x").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
    }
    let status = service.put("/notes/large", vec![0; 64 * 1024 + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn without_a_data_directory_there_are_no_notes() {
    let service = start(None).await;
    assert_eq!(service.status("/notes/a").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn told_to_stop_it_is_no_longer_ready_and_finishes_what_it_began() {
    let data = tempfile::tempdir().unwrap();
    let service = start(Some(data.path())).await;
    assert_eq!(service.status("/ready").await, StatusCode::OK);
    let mut slow = TcpStream::connect(service.address).await.unwrap();
    let head = "PUT /notes/slow HTTP/1.1\r\nhost: hello\r\ncontent-length: 4\r\n\r\nha";
    slow.write_all(head.as_bytes()).await.unwrap();

    let Running {
        address,
        stop,
        server,
    } = service;
    stop.send(()).unwrap();
    let ready = format!("http://{address}/ready");
    let mut pace = interval(Duration::from_millis(20));
    let refused = loop {
        pace.tick().await;
        if let Err(error) = get(&ready, ONCE).await {
            break error;
        }
    };
    let draining = StatusCode::SERVICE_UNAVAILABLE;
    assert!(matches!(refused, GetError::Status { status, .. } if status == draining));
    // A request that the cluster sent here meanwhile is still answered.
    get(&format!("http://{address}/health"), ONCE)
        .await
        .unwrap();

    while TcpStream::connect(address).await.is_ok() {
        pace.tick().await;
    }
    assert!(!server.is_finished(), "a request is still in flight");
    slow.write_all(b"lf").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    server.await.unwrap().unwrap();
    assert_eq!(std::fs::read(data.path().join("slow")).unwrap(), b"half");
}

#[tokio::test]
async fn a_get_without_an_answer_fails_when_its_patience_ends() {
    // Bound and let go, so that nothing listens there.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let began = Instant::now();
    let error = get(&url, Duration::from_millis(300)).await.unwrap_err();
    assert!(
        began.elapsed() >= Duration::from_millis(100),
        "it asked once only"
    );
    assert_eq!(error.to_string(), format!("no answer from {url}"));
}
