//! The service on the event bus: it publishes an event for each order that it takes, and a second
//! deployment of the same program reads them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::BorrowedMessage,
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::metrics::Metrics;

/// How long a record may wait for a broker before the client is told that there is none.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many of the last events are shown.
const SHOWN: usize = 100;

/// An order as a client sends it and as it goes on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    id: String,
    /// What is traded; orders of one symbol keep their order, as it is the record's key.
    symbol: String,
    side: Side,
    quantity: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Buy,
    Sell,
}

/// Publishes orders.
pub(crate) struct Publisher {
    producer: FutureProducer,
    topic: String,
}

impl Publisher {
    /// For the bus at `broker`. Nothing is sent yet.
    pub(crate) fn new(broker: &str, topic: &str) -> Result<Self, KafkaError> {
        let producer = client(broker)
            // A record counts once the broker has it, and an attempt that is repeated makes no second one.
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("compression.type", "lz4")
            .set("message.timeout.ms", PATIENCE.as_millis().to_string())
            .create()?;
        Ok(Self {
            producer,
            topic: topic.to_owned(),
        })
    }

    async fn publish(&self, order: &Order) -> Result<(i32, i64), KafkaError> {
        let value = serde_json::to_string(order).expect("an order has no map with odd keys");
        let record = FutureRecord::to(&self.topic)
            .key(&order.symbol)
            .payload(&value);
        let sent = self.producer.send(record, Timeout::After(PATIENCE)).await;
        sent.map(|delivery| (delivery.partition, delivery.offset))
            .map_err(|(error, _)| error)
    }
}

/// What takes orders.
pub(crate) fn publishing(publisher: Publisher) -> Router {
    Router::new()
        .route("/events", post(take))
        .with_state(Arc::new(publisher))
}

async fn take(State(publisher): State<Arc<Publisher>>, Json(order): Json<Order>) -> Response {
    match publisher.publish(&order).await {
        Ok((partition, offset)) => {
            let place = json!({"topic": publisher.topic, "partition": partition, "offset": offset});
            (StatusCode::ACCEPTED, Json(place)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, order = order.id, "not published");
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
        }
    }
}

/// The last events that were read.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<VecDeque<Value>>>);

impl Seen {
    fn add(&self, event: Value) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == SHOWN {
            events.pop_front();
        }
        events.push_back(event);
    }

    fn all(&self) -> Vec<Value> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().cloned().collect()
    }
}

/// What shows the events read.
pub(crate) fn showing(seen: Seen) -> Router {
    Router::new().route("/events", get(async move || Json(seen.all())))
}

/// Reads `topic` as a member of `group` for as long as the program runs.
///
/// An event's offset is kept for committing only after the event was dealt with, so that a reader
/// that is killed begins again with the one it was at.
pub(crate) async fn read(consumer: StreamConsumer, seen: Seen, metrics: Metrics) {
    loop {
        match consumer.recv().await {
            Ok(message) => {
                let event = described(&message);
                tracing::info!(%event, "event");
                seen.add(event);
                metrics.event(message.topic());
                if let Err(error) = consumer.store_offset_from_message(&message) {
                    tracing::warn!(%error, "the partition went to another reader");
                }
            }
            // The client itself goes on trying.
            Err(error) => tracing::warn!(%error, "cannot read"),
        }
    }
}

/// A reader of `topic` in `group`; nothing is read yet.
pub(crate) fn reader(broker: &str, topic: &str, group: &str) -> Result<StreamConsumer, KafkaError> {
    let consumer: StreamConsumer = client(broker)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

fn client(broker: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", broker)
        .set("client.id", env!("CARGO_PKG_NAME"));
    config
}

fn described(message: &BorrowedMessage) -> Value {
    let text = |bytes: Option<&[u8]>| bytes.map(|it| String::from_utf8_lossy(it).into_owned());
    let payload = message.payload().unwrap_or_default();
    json!({
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "key": text(message.key()),
        // Not ours to refuse: whatever it is, it is shown.
        "value": serde_json::from_slice(payload).unwrap_or_else(|_| json!(text(message.payload()))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_says_what_it_is_and_nothing_else() {
        let read = serde_json::from_str::<Order>;
        let order = r#"{"id":"1","symbol":"ACME","side":"buy","quantity":3}"#;
        assert_eq!(serde_json::to_string(&read(order).unwrap()).unwrap(), order);
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"hold","quantity":3}"#).is_err());
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"buy","quantity":-3}"#).is_err());
        assert!(read(r#"{"id":"1","symbol":"ACME","side":"buy","quantity":3,"x":1}"#).is_err());
    }

    #[test]
    fn only_the_last_events_are_shown() {
        let seen = Seen::default();
        for number in 0..=SHOWN {
            seen.add(json!(number));
        }
        let all = seen.all();
        assert_eq!(all.len(), SHOWN);
        assert_eq!(all[0], json!(1));
    }
}
