//! The two ends of a partition.

use rdkafka::{
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, RDKafkaErrorCode},
};

use crate::client::ANSWER;

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    /// Of the first record that is still there.
    pub earliest: i64,
    /// That the next record will get.
    pub latest: i64,
}

/// Asks for them. Waits for the broker, so it belongs on a thread that may.
pub(crate) fn watermarks(
    reader: &BaseConsumer,
    topic: &str,
    partition: i32,
) -> Result<Offsets, KafkaError> {
    let ask = || reader.fetch_watermarks(topic, partition, ANSWER);
    let answer = ask().or_else(|error| match error.rdkafka_error_code() {
        // NB: a broker that was fenced has told of no partitions, and librdkafka asks again only
        // once its metadata are old.
        Some(RDKafkaErrorCode::UnknownPartition) => {
            reader.fetch_metadata(None, ANSWER).and_then(|_| ask())
        }
        _ => Err(error),
    });
    answer.map(|(earliest, latest)| Offsets { earliest, latest })
}
