//! The service on the event bus: it publishes an event for each order that it takes, and another
//! deployment of the same program reads them. An event carries the trace that it belongs to in its
//! headers, so that reading it continues the trace.

use std::{
    collections::{HashMap, VecDeque},
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
use groundwork_service::telemetry::{continued, of_map, to_map};
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::{BorrowedMessage, Header, Headers, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::{Instrument as _, Span, field::Empty};

use crate::{
    lag::{self, Counting, Lag},
    metrics::Metrics,
};

type Reader = StreamConsumer<Counting>;

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
            // As Kafka's own producer: a key's records are in one partition, whichever client writes them.
            .set("partitioner", "murmur2_random")
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
            .headers(to_record(&to_map()))
            .payload(&value);
        let sent = self.producer.send(record, Timeout::After(PATIENCE)).await;
        let sent = sent.map_err(|(error, _)| error)?;
        let span = Span::current();
        span.record(
            "messaging.destination.partition.id",
            sent.partition.to_string(),
        );
        span.record("messaging.kafka.offset", sent.offset);
        Ok((sent.partition, sent.offset))
    }

    fn span(&self, order: &Order) -> Span {
        tracing::info_span!(
            "publish",
            otel.name = format!("{} publish", self.topic),
            otel.kind = "producer",
            messaging.system = "kafka",
            messaging.operation.name = "publish",
            messaging.operation.type = "send",
            messaging.destination.name = self.topic,
            messaging.destination.partition.id = Empty,
            messaging.kafka.message.key = order.symbol,
            messaging.kafka.offset = Empty,
        )
    }
}

/// What takes orders.
pub(crate) fn publishing(publisher: Publisher) -> Router {
    Router::new()
        .route("/events", post(take))
        .with_state(Arc::new(publisher))
}

async fn take(State(publisher): State<Arc<Publisher>>, Json(order): Json<Order>) -> Response {
    let span = publisher.span(&order);
    match publisher.publish(&order).instrument(span.clone()).await {
        Ok((partition, offset)) => {
            let place = json!({"topic": publisher.topic, "partition": partition, "offset": offset});
            (StatusCode::ACCEPTED, Json(place)).into_response()
        }
        Err(error) => {
            span.in_scope(|| tracing::error!(%error, order = order.id, "not published"));
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
/// An event's offset is kept for committing only after the event was dealt with. So a reader that
/// is killed begins again with the one it was at.
pub(crate) async fn read(reader: Reader, group: String, seen: Seen, metrics: Metrics) {
    loop {
        match reader.recv().await {
            Ok(message) => processing(&message, &group).in_scope(|| {
                let event = described(&message);
                tracing::info!(%event, "event");
                seen.add(event);
                metrics.event(message.topic());
                if let Err(error) = reader.store_offset_from_message(&message) {
                    tracing::warn!(%error, "the partition went to another reader");
                }
            }),
            // The client itself goes on trying.
            Err(error) => tracing::warn!(%error, "cannot read"),
        }
    }
}

/// The span of dealing with an event: a child of the span that published it.
fn processing(message: &BorrowedMessage, group: &str) -> Span {
    let topic = message.topic();
    let span = tracing::info_span!(
        "process",
        otel.name = format!("{topic} process"),
        otel.kind = "consumer",
        messaging.system = "kafka",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.consumer.group.name = group,
        messaging.destination.name = topic,
        messaging.destination.partition.id = message.partition().to_string(),
        messaging.kafka.message.key = text(message.key()),
        messaging.kafka.offset = message.offset(),
    );
    if let Some(headers) = message.headers() {
        continued(&span, of_map(&of_record(headers)));
    }
    span
}

/// A reader of `topic` in `group`, which counts its `lag`; nothing is read yet.
pub(crate) fn reader(
    broker: &str,
    topic: &str,
    group: &str,
    lag: Lag,
) -> Result<Reader, KafkaError> {
    let context = Counting {
        group: group.to_owned(),
        lag,
    };
    let reader: Reader = client(broker)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .set("statistics.interval.ms", lag::EVERY)
        .create_with_context(context)?;
    reader.subscribe(&[topic])?;
    Ok(reader)
}

fn client(broker: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", broker)
        .set("client.id", env!("CARGO_PKG_NAME"));
    config
}

fn described(message: &BorrowedMessage) -> Value {
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

fn text(bytes: Option<&[u8]>) -> Option<String> {
    bytes.map(|it| String::from_utf8_lossy(it).into_owned())
}

/// Headers of text as a record has them.
fn to_record(headers: &HashMap<String, String>) -> OwnedHeaders {
    let record = OwnedHeaders::new_with_capacity(headers.len());
    headers.iter().fold(record, |record, (key, value)| {
        record.insert(Header {
            key,
            value: Some(value),
        })
    })
}

/// Those of a record's headers that are text.
fn of_record(headers: &impl Headers) -> HashMap<String, String> {
    let entry = |header: Header<'_, &[u8]>| {
        let value = String::from_utf8(header.value?.to_vec()).ok()?;
        Some((header.key.to_owned(), value))
    };
    headers.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_through_a_records_headers_and_other_headers_do_no_harm() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers = HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
        let record = to_record(&headers).insert(Header {
            key: "signature",
            value: Some(&[0xff_u8, 0xfe][..]),
        });
        let record = record.insert(Header::<&[u8]> {
            key: "empty",
            value: None,
        });
        assert_eq!(record.count(), 3);
        assert_eq!(of_record(&record), headers);
        assert_eq!(to_record(&HashMap::new()).count(), 0);
    }

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
