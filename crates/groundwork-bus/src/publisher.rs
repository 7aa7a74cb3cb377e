//! The way out.

use std::time::Duration;

use groundwork_service::telemetry::to_map;
use rdkafka::{
    error::KafkaError,
    message::OwnedHeaders,
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use tracing::{Instrument as _, Span, field::Empty};

use crate::{client, headers};

/// How long a record may wait for a broker before the caller is told that there is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// It is not known whether the bus has the event.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the event bus has not kept the event: {0}")]
pub struct NotPublished(KafkaError);

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The partition.
    pub partition: i32,
    /// The record's number within it.
    pub offset: i64,
}

/// Publishes events. Clones share their connections.
#[derive(Clone)]
pub struct Publisher {
    pub(crate) producer: FutureProducer,
}

impl Publisher {
    /// For the bus at `brokers`, by the service's `name`. Nothing is sent yet.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new(brokers: &str, name: &str) -> Result<Self, KafkaError> {
        let producer = client(brokers, name)
            // A record counts once the broker has it, and an attempt that is repeated makes no second one.
            .set("acks", "all")
            .set("enable.idempotence", "true")
            // As Kafka's own producer: a key's records are in one partition, whichever client writes them.
            .set("partitioner", "murmur2_random")
            .set("compression.type", "lz4")
            .set("message.timeout.ms", PATIENCE.as_millis().to_string())
            .create()?;
        Ok(Self { producer })
    }

    /// Publishes an event in a span of its own, and waits until the brokers keep it. Events of one key keep their order.
    ///
    /// # Errors
    /// [`NotPublished`], which the log is told of, too.
    pub async fn publish(
        &self,
        topic: &str,
        key: &str,
        payload: &[u8],
    ) -> Result<Position, NotPublished> {
        self.publish_with(OwnedHeaders::new(), topic, key.as_bytes(), payload)
            .await
    }

    /// The same with headers beside the trace.
    pub(crate) async fn publish_with(
        &self,
        headers: OwnedHeaders,
        topic: &str,
        key: &[u8],
        payload: &[u8],
    ) -> Result<Position, NotPublished> {
        let sending = async {
            let headers = headers::with(headers, to_map());
            let record = FutureRecord::to(topic).key(key).headers(headers);
            let record = record.payload(payload);
            match self.producer.send(record, Timeout::After(PATIENCE)).await {
                Ok(sent) => {
                    let span = Span::current();
                    let partition = sent.partition.to_string();
                    span.record("messaging.destination.partition.id", partition);
                    span.record("messaging.kafka.offset", sent.offset);
                    Ok(Position {
                        partition: sent.partition,
                        offset: sent.offset,
                    })
                }
                Err((error, _)) => {
                    tracing::error!(%error, topic, "not published");
                    Err(NotPublished(error))
                }
            }
        };
        sending.instrument(span(topic, key)).await
    }
}

fn span(topic: &str, key: &[u8]) -> Span {
    tracing::info_span!(
        "publish",
        otel.name = format!("{topic} publish"),
        otel.kind = "producer",
        messaging.system = "kafka",
        messaging.operation.name = "publish",
        messaging.operation.type = "send",
        messaging.destination.name = topic,
        messaging.destination.partition.id = Empty,
        messaging.kafka.message.key = &*String::from_utf8_lossy(key),
        messaging.kafka.offset = Empty,
    )
}
