//! A console over a real listener, and the small server that it asks.

use std::{
    fs,
    future::ready,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    middleware::map_response,
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use futures::stream;
use groundwork_console::{Config, serve};
use groundwork_contract::role;
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A running console.
pub struct Bed {
    pub address: SocketAddr,
    pub ops: SocketAddr,
    /// How many requests have reached the server behind it.
    pub asked: Arc<AtomicUsize>,
    pub folder: TempDir,
}

impl Bed {
    /// Behind it every server is the same small one.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::made("", change).await
    }

    /// The same without a server that answers for the component `away`.
    pub async fn without(away: &str) -> Self {
        Self::made(away, |_| ()).await
    }

    async fn made(away: &str, change: impl FnOnce(&mut Config)) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let upstream = listener().await;
        let url = format!("http://{}", upstream.local_addr().unwrap());
        tokio::spawn(axum::serve(upstream, behind(Arc::clone(&asked))).into_future());
        let folder = tempfile::tempdir().unwrap();
        write_page(&folder);
        let mut config = Config {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            ops: (Ipv4Addr::LOCALHOST, 0).into(),
            hosts: vec!["console.localhost:8080".into()],
            token_file: None,
            page: folder.path().join("page"),
            dashboards: folder.path().join("dashboards"),
            components: write_components(&folder, &url, away),
            kubeconfig: None,
            drain: Duration::ZERO,
            grace: Duration::ZERO,
        };
        change(&mut config);
        let (browsers, cluster) = (listener().await, listener().await);
        let (address, ops) = (
            browsers.local_addr().unwrap(),
            cluster.local_addr().unwrap(),
        );
        tokio::spawn(serve(browsers, cluster, config, std::future::pending()));
        Self {
            address,
            ops,
            asked,
            folder,
        }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().no_proxy();
        let client = client.build().unwrap();
        let url = format!("http://{}{path}", self.address);
        client.request(method.parse().unwrap(), url)
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.request("GET", path).send().await.unwrap()
    }

    /// The answer to a path as it is: a client would resolve its dots itself, and read no body after a HEAD.
    pub async fn raw(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let address = self.address;
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

fn write_page(folder: &TempDir) {
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("page/index.html", "<!doctype html><title>page</title>");
    write("page/assets/index-1a2b.js", "plain");
    write("page/assets/index-1a2b.js.gz", "packed");
    write("page/icon.svg", "<svg/>");
    let dashboard = r#"{"kind":"Dashboard","spec":{"display":{"name":"Event bus"}}}"#;
    write("dashboards/event-bus.json", dashboard);
    write("dashboards/broken.json", "{");
    write("dashboards/..data/cluster.json", "{}");
}

/// The server behind the console: it repeats what it was asked, and never ends a tail.
fn behind(asked: Arc<AtomicUsize>) -> Router {
    let count = move |response: Response| {
        asked.fetch_add(1, Ordering::Relaxed);
        response
    };
    let tail = async || {
        let first = stream::iter([Ok::<_, std::io::Error>("first\n")]);
        Body::from_stream(futures::StreamExt::chain(first, stream::pending()))
    };
    let moved = async || (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]);
    let large = async || vec![b'x'; 3 << 20];
    Router::new()
        .route("/select/logsql/tail", any(tail))
        .route("/select/logsql/hits", get(large))
        .route("/api/v1/rules", get(moved))
        .fallback(repeat)
        .layer(map_response(move |answer| ready(count(answer))))
}

async fn repeat(request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let names: Vec<_> = head.headers.keys().map(|name| name.as_str()).collect();
    let text = serde_json::json!({
        "method": head.method.as_str(),
        "uri": head.uri.to_string(),
        "headers": names,
        "body": String::from_utf8_lossy(&body),
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::SET_COOKIE, "a=b"),
        (header::SERVER, "behind"),
    ];
    (StatusCode::ACCEPTED, headers, text.to_string()).into_response()
}

/// Port 1 of the loopback: nobody listens, and nothing leaves the machine.
const NOBODY: &str = "127.0.0.1:1";

/// The stack's list of components, all of them at `url` but the one that is `away`.
fn write_components(folder: &TempDir, url: &str, away: &str) -> PathBuf {
    let component = |name: &str, role: &str, read_paths: serde_json::Value| {
        let service = match role {
            role::EVENT_BUS => NOBODY.to_owned(),
            _ if name == away => format!("http://{NOBODY}"),
            _ => url.to_owned(),
        };
        json!({
            "name": name, "role": role, "wave": "system", "image": null, "endpoint": null, "service": service,
            "health": null, "process": null, "scrape": [], "read_paths": read_paths,
        })
    };
    let components = json!([
        component(
            "prometheus",
            role::METRICS,
            json!({"api/v1/query": "query", "api/v1/query_range": "query", "api/v1/label/*/values": "get", "api/v1/rules": "get"}),
        ),
        component(
            "victorialogs",
            role::LOGS,
            json!({"select/logsql/hits": "query", "select/logsql/tail": "tail"})
        ),
        component(
            "jaeger",
            role::TRACES,
            json!({"api/v3/services": "get", "api/v3/traces/*": "get"})
        ),
        component("kafka", role::EVENT_BUS, json!({})),
        component(
            "alertmanager",
            role::ALERTS,
            json!({"api/v2/silences": "get"})
        ),
    ]);
    let file = folder.path().join("components.json");
    fs::write(&file, components.to_string()).unwrap();
    file
}
