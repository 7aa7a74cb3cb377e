//! The way in.

use groundwork_service::telemetry::{continued, of_map};
use rdkafka::{
    Message,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::BorrowedMessage,
};
use tracing::Span;

use crate::{
    Figures, client, headers,
    lag::{self, Counting},
};

/// After how many milliseconds without a word a reader counts as dead, and others take its partitions over.
const SESSION: &str = "10000";

/// Reads one topic as a member of a group, whose lag it counts.
///
/// An event's offset is kept for committing only after it was [`done`](Self::done). So a reader that is killed begins
/// again with the one that it was at, and one that goes leaves the group, so that another goes on at once.
pub struct Reader {
    consumer: StreamConsumer<Counting>,
    group: String,
}

impl Reader {
    /// For `topic` from its first event on, in `group`, by the service's `name`; nothing is read yet.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new(
        brokers: &str,
        name: &str,
        topic: &str,
        group: &str,
        figures: &Figures,
    ) -> Result<Self, KafkaError> {
        let context = Counting {
            group: group.to_owned(),
            lag: figures.lag.clone(),
        };
        let consumer: StreamConsumer<Counting> = client(brokers, name)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.offset.store", "false")
            // Its end waits as long for a bus that is away, and a pod has 30 s for all of it.
            .set("session.timeout.ms", SESSION)
            .set("statistics.interval.ms", lag::EVERY)
            .create_with_context(context)?;
        consumer.subscribe(&[topic])?;
        let group = group.to_owned();
        Ok(Self { consumer, group })
    }

    /// The next event. The client itself goes on trying while the bus is away.
    pub async fn next(&self) -> BorrowedMessage<'_> {
        loop {
            match self.consumer.recv().await {
                Ok(event) => return event,
                Err(error) => tracing::warn!(%error, "cannot read"),
            }
        }
    }

    /// The span of dealing with `event`: a child of the span that published it.
    #[must_use]
    pub fn span(&self, event: &BorrowedMessage<'_>) -> Span {
        let topic = event.topic();
        let key = event.key().map(String::from_utf8_lossy);
        let span = tracing::info_span!(
            "process",
            otel.name = format!("{topic} process"),
            otel.kind = "consumer",
            messaging.system = "kafka",
            messaging.operation.name = "process",
            messaging.operation.type = "process",
            messaging.consumer.group.name = self.group,
            messaging.destination.name = topic,
            messaging.destination.partition.id = event.partition().to_string(),
            messaging.kafka.message.key = key.as_deref(),
            messaging.kafka.offset = event.offset(),
        );
        if let Some(headers) = event.headers() {
            continued(&span, of_map(&headers::texts(headers)));
        }
        span
    }

    /// `event` was dealt with.
    pub fn done(&self, event: &BorrowedMessage<'_>) {
        if let Err(error) = self.consumer.store_offset_from_message(event) {
            tracing::warn!(%error, "the partition went to another reader");
        }
    }
}
