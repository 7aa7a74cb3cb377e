//! The service as its clients see it, over a real listener.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

use std::{
    future, io,
    net::SocketAddr,
    path::Path,
    sync::LazyLock,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, header::CONTENT_TYPE},
    routing::post,
};
use groundwork_process::wait::Wait;
use groundwork_service::telemetry::{self, Telemetry};
use hello::{Config, GetError, get, serve};
use reqwest::{Client, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

const ONCE: Duration = Duration::ZERO;

/// A trace as a client brings it.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Set up once for all the tests of this program; its spans go nowhere.
static TELEMETRY: LazyLock<Telemetry> =
    LazyLock::new(|| telemetry::init("tests", "1.0.0").unwrap());

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
    start_with(|config| config.data = data.map(Into::into)).await
}

async fn start_with(change: impl FnOnce(&mut Config)) -> Running {
    let _ = &*TELEMETRY;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = Config {
        forward: None,
        broker: None,
        topic: "orders".into(),
        group: None,
        condition: None,
        token: None,
        listen: address,
        message: "good morning".into(),
        data: None,
        pod: "hello-0".into(),
        drain: Duration::from_secs(1),
        grace: Duration::from_secs(30),
    };
    change(&mut config);
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
async fn a_traced_requests_time_leads_to_its_trace() {
    let service = start(None).await;
    let request = Client::new().get(service.url("/"));
    let request = request.header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"));
    request.send().await.unwrap();
    let text = get(&service.url("/metrics"), ONCE).await.unwrap();
    let example = format!(r#"# {{trace_id="{TRACE}"}} 0."#);
    let line = text.lines().find(|line| line.contains(&example));
    let line = line.unwrap_or_else(|| panic!("{example} is not in\n{text}"));
    assert!(
        line.starts_with(r#"http_request_duration_seconds_bucket{"#),
        "{line}"
    );
}

#[tokio::test]
async fn the_gauge_for_alerts_says_what_it_was_set_to_and_is_missing_otherwise() {
    for (condition, line) in [
        (Some(0), Some("\ngroundwork_check_condition 0\n")),
        (Some(1), Some("\ngroundwork_check_condition 1\n")),
        (None, None),
    ] {
        let service = start_with(|config| config.condition = condition).await;
        let text = get(&service.url("/metrics"), ONCE).await.unwrap();
        match line {
            Some(line) => assert!(text.contains(line), "{text}"),
            None => assert!(!text.contains("condition"), "{text}"),
        }
    }
}

/// What comes to a service that takes events.
type Taken = mpsc::Receiver<(HeaderMap, Bytes)>;

/// A service that takes events and answers each with `status` and JSON.
async fn other(status: StatusCode) -> (String, Taken) {
    let (sender, taken) = mpsc::channel(10);
    let take = async move |head: HeaderMap, body: Bytes| {
        sender.send((head, body)).await.unwrap();
        (
            status,
            [(CONTENT_TYPE, "application/json")],
            r#"{"offset":7}"#,
        )
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().route("/events", post(take));
    tokio::spawn(axum::serve(listener, routes).into_future());
    (url, taken)
}

#[tokio::test]
async fn an_event_is_handed_on_as_it_came_and_inside_its_trace() {
    for status in [StatusCode::ACCEPTED, StatusCode::UNPROCESSABLE_ENTITY] {
        let (url, mut taken) = other(status).await;
        let service = start_with(|config| config.forward = Some(url)).await;
        let request = Client::new().post(service.url("/events")).body("an order");
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(answer.text().await.unwrap(), r#"{"offset":7}"#);

        let (head, body) = taken.recv().await.unwrap();
        assert_eq!(body, "an order");
        assert_eq!(head[CONTENT_TYPE], "application/json");
        let parent = head["traceparent"].to_str().unwrap();
        assert!(parent.starts_with(&format!("00-{TRACE}-")), "{parent}");
        assert!(
            !parent.contains("b7ad6b7169203331"),
            "the client's own span: {parent}"
        );
    }
}

#[tokio::test]
async fn without_an_answer_from_the_other_service_the_client_is_told_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let service = start_with(|config| config.forward = Some(url.clone())).await;
    let request = Client::new().post(service.url("/events")).body("an order");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.text().await.unwrap();
    let begin = format!("no answer from {url}/events: ");
    assert!(text.starts_with(&begin), "{text}");
}

#[tokio::test]
async fn an_address_to_hand_on_to_that_is_none_ends_the_service_at_once() {
    let service = start_with(|config| config.forward = Some("hello-publisher".into())).await;
    let error = service.server.await.unwrap().unwrap_err();
    let expected = "hello-publisher is not a URL to hand events on to";
    assert_eq!(error.to_string(), expected);
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
async fn without_a_token_there_is_nothing_private() {
    let service = start(None).await;
    assert_eq!(service.status("/private").await, StatusCode::NOT_FOUND);
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
    let soon = |what| Wait::new(what, Duration::from_secs(10)).every(Duration::from_millis(20));
    let drains = async || get(&ready, ONCE).await.err().ok_or("it is ready");
    let refused = soon("its end").until(drains).done().await.unwrap();
    let draining = StatusCode::SERVICE_UNAVAILABLE;
    assert!(matches!(refused, GetError::Status { status, .. } if status == draining));
    // A request that the cluster sent here meanwhile is still answered.
    get(&format!("http://{address}/health"), ONCE)
        .await
        .unwrap();

    let closed = async || TcpStream::connect(address).await.err().ok_or("open");
    soon("a closed port").until(closed).done().await.unwrap();
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
