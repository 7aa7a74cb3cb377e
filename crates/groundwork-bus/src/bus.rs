//! All of the bus for one service.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    Message as _,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    error::{KafkaError, RDKafkaErrorCode},
    message::{BorrowedMessage, OwnedHeaders},
    producer::Producer as _,
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval},
};
use tracing::Instrument as _;

use crate::{
    Figures, Handler, NotPublished, Position, Publisher, Reader, client,
    deal::{PAUSE, deal},
    headers,
};

/// Where events go that a handler refuses: the topic's name and this.
pub const DEAD_LETTERS: &str = ".dead-letters";

/// How many partitions a topic has that a service makes.
const PARTITIONS: i32 = 6;
/// How long the bus may take to say that it is there.
const LOOK: Duration = Duration::from_secs(2);

/// The event bus of one service: it publishes, and reads with a group of the service's name. Clones share their
/// connections.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    brokers: String,
    name: String,
    replication: i32,
    publisher: Publisher,
    admin: AdminClient<DefaultClientContext>,
    figures: Figures,
}

impl Bus {
    /// The one at `brokers`, for the service `name`; topics that it makes have `replication` copies of each record.
    ///
    /// # Errors
    /// When a client cannot be made. The bus may be away.
    pub fn new(
        brokers: &str,
        name: &str,
        replication: i32,
        figures: Figures,
    ) -> Result<Self, KafkaError> {
        Ok(Self(Arc::new(Inner {
            brokers: brokers.to_owned(),
            name: name.to_owned(),
            replication,
            publisher: Publisher::new(brokers, name)?,
            admin: client(brokers, name).create()?,
            figures,
        })))
    }

    /// Publishes an event, as [`Publisher::publish`] does.
    ///
    /// # Errors
    /// [`NotPublished`].
    pub async fn publish(
        &self,
        topic: &str,
        key: &str,
        payload: &[u8],
    ) -> Result<Position, NotPublished> {
        self.0.publisher.publish(topic, key, payload).await
    }

    /// Why nothing can be published now; `None` when it can.
    pub async fn missing(&self) -> Option<String> {
        let producer = self.0.publisher.producer.clone();
        let look = move || producer.client().fetch_metadata(Some(""), LOOK).map(drop);
        match spawn_blocking(look).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{} does not answer: {error}", self.0.brokers)),
            // The runtime ends.
            Err(_) => Some("stopping".into()),
        }
    }

    /// Starts to hand each event of `topic` to `handler`, from the first one on, as soon as the bus is there. The topic
    /// and the one for dead letters are made if they are missing.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn read(&self, topic: &str, handler: Handler) -> Result<JoinHandle<()>, KafkaError> {
        let Inner {
            brokers,
            name,
            figures,
            ..
        } = &*self.0;
        let (bus, topic) = (self.clone(), topic.to_owned());
        let reader = Reader::new(brokers, name, &topic, name, figures)?;
        Ok(tokio::spawn(async move {
            bus.make(&[topic.clone(), format!("{topic}{DEAD_LETTERS}")])
                .await;
            bus.hand_over(&reader, &handler).await;
        }))
    }

    /// Hands each event of `reader` to `handler`, for ever.
    pub(crate) async fn hand_over(&self, reader: &Reader, handler: &Handler) {
        loop {
            let event = reader.next().await;
            let span = reader.span(&event);
            self.dealt_with(&event, handler).instrument(span).await;
            reader.done(&event);
        }
    }

    /// By the handler, or as a dead letter, which waits for the bus.
    async fn dealt_with(&self, event: &BorrowedMessage<'_>, handler: &Handler) {
        let payload = event.payload().unwrap_or_default();
        match deal(handler, payload).await {
            Ok(()) => self.0.figures.read(event.topic()),
            Err(reason) => {
                tracing::error!(reason, "the event becomes a dead letter");
                let pace = &mut pace();
                while self.bury(event, &reason).await.is_err() {
                    pace.tick().await;
                }
                self.0.figures.dead(event.topic());
            }
        }
    }

    async fn bury(
        &self,
        event: &BorrowedMessage<'_>,
        reason: &str,
    ) -> Result<Position, NotPublished> {
        let own = event
            .headers()
            .map_or_else(OwnedHeaders::new, |it| it.detach());
        let place = format!("{}/{}", event.partition(), event.offset());
        let headers = headers::with(
            own,
            [
                ("dead-letter-reason", reason),
                ("dead-letter-offset", &place),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let topic = format!("{}{DEAD_LETTERS}", event.topic());
        let (key, payload) = (event.key(), event.payload());
        let publisher = &self.0.publisher;
        let (key, payload) = (key.unwrap_or_default(), payload.unwrap_or_default());
        publisher.publish_with(headers, &topic, key, payload).await
    }

    /// Makes those of `topics` that are missing; it goes on until the bus is there.
    async fn make(&self, topics: &[String]) {
        let (mut pace, mut told) = (pace(), false);
        loop {
            pace.tick().await;
            match self.try_make(topics).await {
                Ok(()) => return,
                Err(error) if !told => {
                    tracing::warn!(%error, "the event bus is not there yet");
                    told = true;
                }
                Err(_) => {}
            }
        }
    }

    async fn try_make(&self, topics: &[String]) -> Result<(), KafkaError> {
        let new = |name| {
            NewTopic::new(
                name,
                PARTITIONS,
                TopicReplication::Fixed(self.0.replication),
            )
        };
        let topics: Vec<_> = topics.iter().map(|name| new(name)).collect();
        let options = AdminOptions::new().operation_timeout(Some(LOOK));
        for made in self.0.admin.create_topics(&topics, &options).await? {
            match made {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((_, code)) => return Err(KafkaError::AdminOp(code)),
            }
        }
        Ok(())
    }
}

fn pace() -> tokio::time::Interval {
    let mut pace = interval(PAUSE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}
