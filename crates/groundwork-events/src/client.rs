//! What every client of ours has in common: its settings, and how long it asks.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminOptions, TopicResult},
    error::KafkaError,
};

/// How long one question to the broker may take.
pub(crate) const ANSWER: Duration = Duration::from_secs(10);

/// The settings of every client.
pub(crate) fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("client.id", "groundwork")
        // The broker is on this machine and restarts in seconds: 10 s between tries, the client's
        // default, would be most of an outage.
        .set("reconnect.backoff.ms", "20")
        .set("reconnect.backoff.max.ms", "500")
        // Likewise 30 s for an attempt that a pod which has just gone leaves without an answer.
        .set("socket.connection.setup.timeout.ms", "2000")
        // No group remembers anything unless a caller says so.
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false");
    config
}

/// A producer whose acknowledged records are kept, each once and in order.
pub(crate) fn producer(bootstrap: &str) -> ClientConfig {
    let mut config = config(bootstrap);
    config
        .set("acks", "all")
        .set("enable.idempotence", "true")
        // As Kafka's own producer: a key's records are in one partition, whichever client writes them.
        .set("partitioner", "murmur2_random")
        // The broker keeps a batch as it came; LZ4 costs the least for what it saves.
        .set("compression.type", "lz4");
    config
}

pub(crate) fn options() -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(ANSWER))
        .operation_timeout(Some(ANSWER))
}

/// The answer to a request about one topic.
pub(crate) fn one(answer: Result<Vec<TopicResult>, KafkaError>) -> Result<(), KafkaError> {
    match answer?.into_iter().next() {
        Some(Err((_, code))) => Err(KafkaError::AdminOp(code)),
        _ => Ok(()),
    }
}
