//! The bus against a broker in this process: librdkafka's own mock.

use std::{collections::HashMap, sync::Arc, time::Duration};

use groundwork_service::text;
use prometheus_client::registry::Registry;
use rdkafka::{Message, mocking::MockCluster, producer::DefaultProducerContext};
use tokio::{sync::mpsc, time::timeout};

use crate::{Bus, DEAD_LETTERS, Figures, Handler, NotDone, Reader, headers};

/// More than anything here takes.
const SOON: Duration = Duration::from_secs(60);

type Cluster = MockCluster<'static, DefaultProducerContext>;

/// A broker with the topic `items` and the one for its dead letters: the mock makes none for a client.
fn cluster() -> Cluster {
    let cluster = MockCluster::new(1).unwrap();
    cluster.create_topic("items", 1, 1).unwrap();
    cluster
        .create_topic(&format!("items{DEAD_LETTERS}"), 1, 1)
        .unwrap();
    cluster
}

#[tokio::test]
async fn an_event_comes_to_the_handler_and_one_that_it_refuses_becomes_a_dead_letter() {
    let cluster = cluster();
    let (brokers, mut registry) = (cluster.bootstrap_servers(), Registry::default());
    let figures = Figures::register(&mut registry);
    let bus = Bus::new(&brokers, "desk", 1, figures.clone()).unwrap();
    assert_eq!(bus.missing().await, None);
    let (seen, mut events) = mpsc::unbounded_channel();
    let handler: Handler = Arc::new(move |event| {
        let seen = seen.clone();
        Box::pin(async move {
            seen.send(event.clone()).unwrap();
            match &*event {
                b"good" => Ok(()),
                _ => Err(NotDone::Failed("planted".into())),
            }
        })
    });
    // NB: the mock knows no CreateTopics, with which `read` begins.
    let reader = Reader::new(&brokers, "desk", "items", "desk", &figures).unwrap();
    let reading = tokio::spawn({
        let bus = bus.clone();
        async move { bus.hand_over(&reader, &handler).await }
    });
    for event in ["bad", "good"] {
        let position = bus.publish("items", "key", event.as_bytes()).await.unwrap();
        assert_eq!(position.partition, 0);
    }
    let mut all = vec![];
    while all.last().is_none_or(|last| last != b"good") {
        all.push(timeout(SOON, events.recv()).await.unwrap().unwrap());
    }
    assert_eq!(all, [&b"bad"[..], b"bad", b"bad", b"good"]);

    let letters = format!("items{DEAD_LETTERS}");
    let letters = Reader::new(&brokers, "test", &letters, "test", &figures).unwrap();
    let letter = timeout(SOON, letters.next()).await.unwrap();
    assert_eq!(letter.payload(), Some(&b"bad"[..]));
    let told = headers::texts(letter.headers().unwrap());
    let expected = [
        ("dead-letter-reason", "planted"),
        ("dead-letter-offset", "0/0"),
    ];
    let expected: HashMap<_, _> = expected
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_eq!(told, expected);
    // It leaves its group while there is a broker to be told of it.
    reading.abort();
    reading.await.unwrap_err();
    let shown = text(&registry);
    assert!(
        shown.contains(r#"events_dead_total{topic="items"} 1"#),
        "{shown}"
    );
}

#[tokio::test]
async fn a_bus_that_is_away_is_missing_and_says_so() {
    let figures = Figures::register(&mut Registry::default());
    // NB: nothing listens on port 9 of this machine, the one for `discard`.
    let bus = Bus::new("127.0.0.1:9", "desk", 1, figures).unwrap();
    let missing = bus.missing().await.unwrap();
    assert!(
        missing.starts_with("127.0.0.1:9 does not answer"),
        "{missing}"
    );
}
