//! Against a server that speaks the API's list and watch, and can be away.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header::USER_AGENT},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{StreamExt as _, stream};
use kube::Config;
use serde_json::{Value as Json, json};
use tokio::{
    net::TcpListener,
    sync::broadcast,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::*;
use crate::{
    Location,
    api::{Place, client, follow},
    watched::followed,
};

/// What happens to a watch.
#[derive(Clone)]
enum Happens {
    Event(Json),
    Break,
}

#[derive(Clone)]
struct Server(Arc<Inner>);

struct Inner {
    there: Mutex<There>,
    watches: broadcast::Sender<Happens>,
}

#[derive(Default)]
struct There {
    /// The API server's own count.
    count: u64,
    secret: Option<Json>,
    /// Given instead of any answer.
    refusal: Option<(StatusCode, String)>,
    asked: Vec<String>,
}

impl Server {
    fn new() -> Self {
        let there = Mutex::default();
        let (watches, _) = broadcast::channel(10);
        Self(Arc::new(Inner { there, watches }))
    }

    async fn listen(&self, address: &str) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/api/v1/namespaces/desk/secrets", get(answer))
            .with_state(self.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (address, serving)
    }

    fn there<T>(&self, change: impl FnOnce(&mut There) -> T) -> T {
        change(&mut self.0.there.lock().unwrap())
    }

    fn put(&self, version: &str, token: &str) {
        let object = self.there(|there| {
            there.count += 1;
            let object = json!({
                "apiVersion": "v1", "kind": "Secret", "type": "groundwork/token",
                "metadata": {
                    "name": "key", "namespace": "desk", "resourceVersion": there.count.to_string(),
                    "annotations": {"groundwork/version": version},
                },
                "data": {"token": k8s_openapi::ByteString(token.into())},
            });
            there.secret = Some(object.clone());
            object
        });
        self.happens(Happens::Event(
            json!({"type": "MODIFIED", "object": object}),
        ));
    }

    fn happens(&self, what: Happens) {
        // An error when nobody watches.
        let _ = self.0.watches.send(what);
    }

    fn refuse(&self, refusal: Option<(StatusCode, &str)>) {
        self.there(|there| there.refusal = refusal.map(|(status, body)| (status, body.to_owned())));
    }
}

async fn answer(State(server): State<Server>, uri: Uri, head: HeaderMap) -> Response {
    let query = uri.query().unwrap().split('&');
    let query: BTreeMap<_, _> = query.filter_map(|pair| pair.split_once('=')).collect();
    let agent = head[USER_AGENT].to_str().unwrap();
    let watch = query.get("watch") == Some(&"true");
    let events = watch.then(|| server.0.watches.subscribe());
    let (first, count) = {
        let mut there = server.0.there.lock().unwrap();
        let verb = if watch { "watch" } else { "list" };
        there
            .asked
            .push(format!("{verb} {} as {agent}", query["fieldSelector"]));
        if let Some(refusal) = &there.refusal {
            return refusal.clone().into_response();
        }
        (there.secret.clone(), there.count.to_string())
    };
    let Some(events) = events else {
        let items: Vec<_> = first.into_iter().collect();
        let list = json!({"kind": "SecretList", "apiVersion": "v1",
            "metadata": {"resourceVersion": count}, "items": items});
        return list.to_string().into_response();
    };
    // What came after the list.
    let missed = (query["resourceVersion"] != count)
        .then(|| Happens::Event(json!({"type": "MODIFIED", "object": first})));
    let later = stream::unfold(events, |mut events| async {
        Some((events.recv().await.ok()?, events))
    });
    let lines = stream::iter(missed).chain(later).map(|what| match what {
        Happens::Event(event) => Ok(format!("{event}\n")),
        Happens::Break => Err("broken"),
    });
    Body::from_stream(lines).into_response()
}

fn refused(status: u16, message: &str) -> String {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": status, "reason": "Refused", "message": message})
    .to_string()
}

async fn ask(address: SocketAddr) -> Watched {
    let mut config = Config::new(format!("http://{address}").parse().unwrap());
    config.default_namespace = "desk".into();
    // Plain HTTP needs none, and where tests run there may be none to find.
    config.root_cert = Some(vec![]);
    let place = Place::new(client(config).unwrap(), None, "key");
    let location = "api:key".parse::<Location>().unwrap();
    followed(&location, |publisher| follow(place, publisher)).await
}

#[tokio::test]
async fn a_secret_that_comes_changes_and_goes_is_followed_with_requests_for_it_alone() {
    let (said, _guard) = Said::listen();
    let server = Server::new();
    let (address, _serving) = server.listen("127.0.0.1:0").await;
    let mut watched = ask(address).await;
    assert_eq!(version(&watched), None);
    for n in ["1", "2"] {
        server.put(n, &format!("{VALUE} {n}"));
        watched.changed().await;
        assert_eq!(version(&watched).as_deref(), Some(n));
        assert_eq!(token(&watched), Some(format!("{VALUE} {n}")));
    }
    // Rewritten and the same: nobody has to know.
    server.put("2", &format!("{VALUE} 2"));
    let same = timeout(Duration::from_millis(500), watched.changed()).await;
    assert!(same.is_err());
    let object = server.there(|there| there.secret.take());
    server.happens(Happens::Event(json!({"type": "DELETED", "object": object})));
    watched.changed().await;
    assert_eq!(version(&watched), None);

    let agent = concat!("groundwork-secrets/", env!("CARGO_PKG_VERSION"));
    let asked = server.there(|there| there.asked.clone());
    let expected = ["list", "watch"].map(|verb| format!("{verb} metadata.name%3Dkey as {agent}"));
    assert_eq!(asked, expected);
    assert_eq!(said.count("INFO"), 4, "{:?}", said.own());
    assert_eq!(said.count("version=\"2\""), 1, "{:?}", said.own());
    said.assert_no_value();
}

#[tokio::test]
async fn a_broken_watch_and_a_version_too_old_to_watch_from_end_nothing() {
    let server = Server::new();
    let (address, _serving) = server.listen("127.0.0.1:0").await;
    server.put("1", VALUE);
    let watched = ask(address).await;
    let gone: Json = serde_json::from_str(&refused(410, "too old")).unwrap();
    let gone = json!({"type": "ERROR", "object": gone});
    for (n, what) in [("2", Happens::Break), ("3", Happens::Event(gone))] {
        comes("it watches", || server.0.watches.receiver_count() == 1).await;
        server.happens(what);
        // Nobody watches now, so that it must be listed.
        comes("the watch ends", || server.0.watches.receiver_count() == 0).await;
        server.put(n, VALUE);
        comes("the next version", || {
            version(&watched).as_deref() == Some(n)
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_restarts_leaves_the_last_version_and_is_found_again_within_seconds() {
    let (said, _guard) = Said::listen();
    let server = Server::new();
    let (address, serving) = server.listen("127.0.0.1:0").await;
    server.put("1", VALUE);
    let watched = ask(address).await;
    serving.abort();
    let _ = serving.await;
    server.happens(Happens::Break);
    comes("it is told", || said.count("WARN") > 0).await;
    server.put("2", VALUE);
    #[expect(
        clippy::disallowed_methods,
        reason = "long enough for a pause that is not bounded to be seen"
    )]
    sleep(Duration::from_secs(9)).await;
    assert_eq!(version(&watched).as_deref(), Some("1"));
    let (_, _serving) = server.listen(&address.to_string()).await;
    let back = Instant::now();
    comes("the next version", || {
        version(&watched).as_deref() == Some("2")
    })
    .await;
    assert!(
        back.elapsed() < Duration::from_secs(5),
        "{:?}",
        back.elapsed()
    );
    // The broken watch and the refused connection are of one kind.
    assert_eq!(said.count("WARN"), 1, "{:?}", said.own());
    comes("it is told", || said.count("followed again") == 1).await;
}

#[tokio::test]
async fn a_refusal_is_told_once_and_ends_when_it_is_lifted() {
    let (said, _guard) = Said::listen();
    let server = Server::new();
    let (address, _serving) = server.listen("127.0.0.1:0").await;
    server.put("1", VALUE);
    let message = refused(403, "secrets \"key\" is forbidden");
    server.refuse(Some((StatusCode::FORBIDDEN, &message)));
    let watched = ask(address).await;
    comes("three attempts", || {
        server.there(|there| there.asked.len()) >= 3
    })
    .await;
    assert_eq!(version(&watched), None);
    assert_eq!(said.count("WARN"), 1, "{:?}", said.own());
    let told = "403: secrets \\\"key\\\" is forbidden";
    assert_eq!(said.count(told), 1, "{:?}", said.own());
    server.refuse(None);
    comes("the version", || version(&watched).as_deref() == Some("1")).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_in_no_line_of_any_crate() {
    let (said, _guard) = Said::listen();
    let server = Server::new();
    let (address, _serving) = server.listen("127.0.0.1:0").await;
    let of = |data: Json| json!({"metadata": {"resourceVersion": "1"}, "items": [{"data": data}]});
    for data in [
        json!(VALUE),
        json!({"token": [VALUE]}),
        json!({"token": format!("{VALUE}!")}),
    ] {
        server.refuse(Some((StatusCode::OK, &of(data).to_string())));
        let watched = ask(address).await;
        assert_eq!(version(&watched), None);
    }
    assert_eq!(said.count("is no list of Secrets"), 3, "{:?}", said.own());
    said.assert_no_value();
}

#[tokio::test]
async fn a_secret_that_nobody_has_any_more_is_not_followed() {
    let server = Server::new();
    let (address, _serving) = server.listen("127.0.0.1:0").await;
    let watched = ask(address).await;
    let clone = watched.clone();
    drop(watched);
    comes("it watches", || server.0.watches.receiver_count() == 1).await;
    drop(clone);
    comes("the watch ends", || server.0.watches.receiver_count() == 0).await;
}
