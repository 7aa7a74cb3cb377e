//! What each store is asked, and what its answers are taken for. The stores are stand-ins with the
//! real ones' words, but for the event bus, which is librdkafka's own mock of a broker.

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri},
};
use rdkafka::{
    mocking::MockCluster,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use tokio::net::TcpListener;

use super::*;

const OLD: &str = "0af7651916cd43dd8448eb211c80319c";
const NEW: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The newest first, as they are looked for.
fn rounds() -> [Round; 2] {
    [(NEW, 1_795_993_260), (OLD, 1_795_993_200)].map(|(id, second)| Round {
        id: id.into(),
        second,
        sent: Instant::now(),
    })
}

/// Stores that are all at one address.
fn at(server: &str, broker: &str) -> Stores {
    Stores::new(Places {
        logs: server.into(),
        traces: server.into(),
        metrics: server.into(),
        broker: broker.into(),
        topic: "canary".into(),
    })
    .unwrap()
}

type Answers = Arc<Mutex<Vec<String>>>;

/// A server that gives this answer to what has `wanted` in it and 404 to all else, and what it was asked.
async fn server(wanted: &'static str, answer: (StatusCode, &'static str)) -> (Stores, Answers) {
    let asked = Answers::default();
    let answers = async move |State(asked): State<Answers>, uri: Uri| {
        asked.lock().unwrap().push(uri.to_string());
        match uri.to_string().contains(wanted) {
            true => answer,
            false => (StatusCode::NOT_FOUND, "nothing"),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let routes = Router::new().fallback(answers).with_state(asked.clone());
    tokio::spawn(axum::serve(listener, routes).into_future());
    (at(&address, "127.0.0.1:1"), asked)
}

async fn found(stores: &Stores, store: Store) -> Option<String> {
    let found = stores.find(store, &rounds()).await.unwrap();
    found.map(|round| round.id)
}

#[tokio::test]
async fn a_line_is_found_by_the_trace_that_it_names() {
    let lines = "{\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}\n";
    let (stores, asked) = server("/select/logsql/query?", (StatusCode::OK, lines)).await;
    assert_eq!(found(&stores, Store::Logs).await.as_deref(), Some(OLD));
    let asked = asked.lock().unwrap().join("\n");
    assert!(asked.contains(OLD) && asked.contains(NEW), "{asked}");
    let (stores, _) = server("/select/logsql/query?", (StatusCode::OK, "")).await;
    assert_eq!(found(&stores, Store::Logs).await, None);
}

#[tokio::test]
async fn a_span_is_found_by_its_trace_the_newest_first() {
    let (stores, asked) = server(OLD, (StatusCode::OK, "{}")).await;
    assert_eq!(found(&stores, Store::Traces).await.as_deref(), Some(OLD));
    let paths = [NEW, OLD].map(|id| format!("/api/v3/traces/{id}"));
    assert_eq!(*asked.lock().unwrap(), paths);
    let (stores, _) = server("nowhere", (StatusCode::OK, "{}")).await;
    assert_eq!(found(&stores, Store::Traces).await, None);
}

#[tokio::test]
async fn a_sample_is_found_by_its_value_and_not_by_the_time_of_the_answer() {
    let answer = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"pod":"canary-1"},"value":[1795993260,"1795993200"]}]}}"#;
    let (stores, _) = server("canary_sent_timestamp_seconds", (StatusCode::OK, answer)).await;
    assert_eq!(found(&stores, Store::Metrics).await.as_deref(), Some(OLD));
}

#[tokio::test]
async fn a_server_that_refuses_is_told_with_its_words_and_one_that_is_away_by_its_address() {
    let refusal = (StatusCode::SERVICE_UNAVAILABLE, "the disk is full\n");
    let (stores, _) = server("/", refusal).await;
    for store in [Store::Logs, Store::Traces, Store::Metrics] {
        let error = stores.find(store, &rounds()).await.unwrap_err();
        let text = chain(&error);
        assert!(text.ends_with(" answers 503: the disk is full"), "{text}");
    }
    // Port 1 of the loopback: nobody listens, and nothing leaves the machine.
    let stores = at("http://127.0.0.1:1", "127.0.0.1:1");
    let error = stores.find(Store::Logs, &rounds()).await.unwrap_err();
    let text = chain(&error);
    let begin = "http://127.0.0.1:1 does not answer: ";
    assert!(
        text.starts_with(begin) && text.contains("refused"),
        "{text}"
    );
}

#[tokio::test]
async fn the_newest_record_that_was_published_is_found() {
    let broker = MockCluster::new(1).unwrap();
    broker.create_topic("canary", 1, 1).unwrap();
    let stores = at("http://127.0.0.1:1", &broker.bootstrap_servers());
    let [new, old] = rounds();
    assert_eq!(found(&stores, Store::Events).await, None);
    stores.publish(&old).await;
    assert_eq!(found(&stores, Store::Events).await.as_deref(), Some(OLD));
    stores.publish(&new).await;
    assert_eq!(found(&stores, Store::Events).await.as_deref(), Some(NEW));
}

#[tokio::test]
async fn a_record_that_never_went_out_is_told_as_such() {
    let broker = MockCluster::new(1).unwrap();
    broker.create_topic("canary", 1, 1).unwrap();
    let stores = at("http://127.0.0.1:1", &broker.bootstrap_servers());
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    let produce = RDKafkaApiKey::Produce;
    broker.request_errors(produce, &[refused]);
    let [new, _] = rounds();
    stores.publish(&new).await;
    let error = stores.find(Store::Events, &[new]).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("not published: cannot publish to canary"),
        "{text}"
    );
}

#[tokio::test]
async fn a_bus_that_is_away_is_told_by_its_address() {
    let stores = at("http://127.0.0.1:1", "127.0.0.1:1");
    let error = stores.find(Store::Events, &rounds()).await.unwrap_err();
    let text = chain(&error);
    let begin = "no event bus answers at 127.0.0.1:1";
    assert!(text.starts_with(begin), "{text}");
}
