//! /private as its clients see it, and the program's log as everybody does.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these helpers have none"
)]

use std::{fs, os::unix::fs::symlink, path::Path, process::Child, time::Duration};

use groundwork_process::{exec::Command, wait::Wait};
use hello::get;
use reqwest::{
    Client, Response, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// The program with a token in a folder, and all that it writes in a file.
struct Running {
    folder: TempDir,
    address: String,
    program: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

impl Running {
    async fn start(token: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(token) = token {
            put(folder.path(), "one", token);
        }
        let log = folder.path().join("log");
        let location = format!("file:{}", folder.path().join("token").display());
        let program = program(&location).spawn_detached(&log).unwrap();
        let told = async || {
            let lines = fs::read_to_string(&log).unwrap();
            lines.lines().find_map(address).ok_or(lines)
        };
        let wait = Wait::new("its address", PATIENCE);
        let address = wait.until(told).done().await.unwrap();
        let running = Self {
            folder,
            address,
            program,
        };
        get(&running.url("/health"), PATIENCE).await.unwrap();
        running
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn put(&self, version: &str, token: &str) {
        put(self.folder.path(), version, token);
    }

    async fn ask(&self, authorization: &str) -> Response {
        let request = Client::new().get(self.url("/private"));
        let request = request.header(AUTHORIZATION, authorization);
        request.send().await.unwrap()
    }

    /// Begins to send four bytes; what comes back first tells whether they are wanted.
    async fn begin(&self, authorization: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let head = format!(
            "POST /private HTTP/1.1\r\nhost: hello\r\ncontent-length: 4\r\nconnection: close\r\n\
             authorization: {authorization}\r\nexpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = vec![0; 12];
        stream.read_exact(&mut first).await.unwrap();
        (stream, String::from_utf8(first).unwrap())
    }

    /// Waits until whoever comes with `authorization` is let in, or is not.
    async fn answers(&self, authorization: &str, let_in: bool) {
        let answer = async || match self.ask(authorization).await.status() {
            status if (status == StatusCode::OK) == let_in => Ok(()),
            other => Err(other),
        };
        let wait = Wait::new(authorization, PATIENCE).every(Duration::from_millis(50));
        wait.until(answer).done().await.unwrap();
    }

    async fn assert_silent(&self, values: &[&str]) {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        assert!(log.contains("\"route\":\"/private\""), "{log}");
        let metrics = get(&self.url("/metrics"), PATIENCE).await.unwrap();
        for text in [&log, &metrics] {
            let text = text.to_lowercase();
            for value in values.iter().chain(&["authorization", "bearer"]) {
                assert!(!text.contains(value), "{value} is in\n{text}");
            }
        }
    }
}

fn program(location: &str) -> Command {
    Command::new(env!("CARGO_BIN_EXE_hello"))
        .clean_env()
        .env("HELLO_LISTEN", "127.0.0.1:0")
        .env("HELLO_TOKEN", location)
        .env("POD_NAME", "hello-0")
        .env("RUST_LOG", "trace")
}

fn address(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let address = (line["message"] == "listening").then(|| line["address"].as_str())?;
    Some(address?.to_owned())
}

/// A version as a volume has it.
fn put(folder: &Path, version: &str, token: &str) {
    let volume = folder.join("token");
    fs::create_dir_all(volume.join(version)).unwrap();
    fs::write(volume.join(version).join("token"), token).unwrap();
    symlink(version, volume.join("..data_tmp")).unwrap();
    fs::rename(volume.join("..data_tmp"), volume.join("..data")).unwrap();
}

#[tokio::test]
async fn who_has_the_token_is_let_in_and_nobody_else_nor_is_anything_of_it_told() {
    let service = Running::start(Some("sesame-1")).await;
    for wrong in [
        "Bearer sesame-2",
        "Bearer sesame-",
        "Bearer sesame-11",
        "Bearer  sesame-1",
        "Bearer",
        "Basic sesame-1",
        "sesame-1",
        "",
    ] {
        let answer = service.ask(wrong).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{wrong}");
        assert_eq!(answer.headers()[WWW_AUTHENTICATE], "Bearer");
        assert!(!answer.text().await.unwrap().contains("sesame"));
    }
    let answer = Client::new().get(service.url("/private")).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::UNAUTHORIZED);
    for right in ["Bearer sesame-1", "bearer sesame-1"] {
        let answer = service.ask(right).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let expected = json!({"service": "hello", "pod": "hello-0", "secret_version": "one"});
        assert_eq!(body, expected);
    }
    service.assert_silent(&["sesame"]).await;
}

#[tokio::test]
async fn the_body_of_who_is_not_let_in_is_not_read() {
    let service = Running::start(Some("sesame-1")).await;
    let (_, first) = service.begin("Bearer sesame-2").await;
    assert_eq!(first, "HTTP/1.1 401");
}

#[tokio::test]
async fn an_old_token_stops_with_the_swap_and_what_it_let_in_before_is_finished() {
    let service = Running::start(Some("sesame-1")).await;
    let (mut slow, first) = service.begin("Bearer sesame-1").await;
    assert_eq!(first, "HTTP/1.1 100");
    slow.write_all(b"ha").await.unwrap();
    service.put("two", "sesame-2");
    service.answers("Bearer sesame-2", true).await;
    let old = service.ask("Bearer sesame-1").await;
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);

    slow.write_all(b"lf").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("HTTP/1.1 200 OK"), "{answer}");
    let body: Value = serde_json::from_str(answer.lines().last().unwrap()).unwrap();
    let expected =
        json!({"service": "hello", "pod": "hello-0", "secret_version": "one", "bytes": 4});
    assert_eq!(body, expected);
    service.assert_silent(&["sesame"]).await;
}

#[tokio::test]
async fn while_there_is_no_token_or_one_of_nothing_nobody_is_let_in() {
    let service = Running::start(None).await;
    let none = service.ask("Bearer sesame-1").await;
    assert_eq!(none.status(), StatusCode::SERVICE_UNAVAILABLE);
    service.put("one", "sesame-1");
    service.answers("Bearer sesame-1", true).await;
    service.put("two", "");
    service.answers("Bearer sesame-1", false).await;
    for nothing in ["Bearer ", "Bearer"] {
        let answer = service.ask(nothing).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[test]
fn a_token_that_is_given_in_place_of_its_location_is_refused_and_not_repeated() {
    let error = program("sesame-1").read().unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("a secret's location begins with file: or api:"),
        "{text}"
    );
    // The error shows the command, whose environment has it.
    let said = text.replace("HELLO_TOKEN=sesame-1", "");
    assert!(!said.contains("sesame"), "{said}");
}

#[test]
fn outside_of_a_pod_the_api_server_cannot_be_asked_and_that_is_said() {
    let error = program("api:hello-token").read().unwrap_err().to_string();
    assert!(
        error.contains("this is not a pod with a service account's token"),
        "{error}"
    );
}
