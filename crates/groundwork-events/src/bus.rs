//! A small typed client: publishes, looks at offsets, makes and removes a topic.

mod connect;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use groundwork_process::{
    error::chain,
    wait::{Not, Wait},
};
use rdkafka::{
    admin::{AdminClient, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, RDKafkaErrorCode},
    producer::{FutureProducer, FutureRecord},
};

use crate::{
    Error,
    client::{ANSWER, one, options, producer},
    error::{blocking, failed, is_gone},
    watermarks::{Offsets, watermarks},
};

/// How long a topic may take to be everywhere, or gone.
pub(crate) const SETTLE: Duration = Duration::from_secs(20);

/// Between two looks whether it is.
const PAUSE: Duration = Duration::from_millis(20);

/// The event bus, as a client sees it. Clones share their connections.
#[derive(Clone)]
pub struct Bus {
    bootstrap: String,
    admin: Arc<AdminClient<DefaultClientContext>>,
    /// For questions only: it never subscribes and belongs to no group.
    reader: Arc<BaseConsumer>,
    /// Made with the first record: a client that only looks opens no producer at the broker.
    producer: Arc<OnceLock<FutureProducer>>,
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The partition.
    pub partition: i32,
    /// The record's number within it.
    pub offset: i64,
}

impl Bus {
    /// Where it was connected to.
    #[must_use]
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Publishes one record and waits until the broker has acknowledged it (acks=all).
    ///
    /// # Errors
    /// [`Error::NoTopic`], or [`Error::Failed`] when it was not acknowledged in time.
    pub async fn publish(
        &self,
        topic: &str,
        key: Option<&[u8]>,
        value: &[u8],
    ) -> Result<Position, Error> {
        self.must_have(topic).await?;
        let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(topic).payload(value);
        record.key = key;
        match self.producer()?.send(record, ANSWER).await {
            Ok(delivery) => Ok(Position {
                partition: delivery.partition,
                offset: delivery.offset,
            }),
            Err((source, _)) => Err(failed(format!("publish to {topic}"))(source)),
        }
    }

    fn producer(&self) -> Result<&FutureProducer, Error> {
        if let Some(made) = self.producer.get() {
            return Ok(made);
        }
        let made = producer(&self.bootstrap).create();
        let made = made.map_err(failed("set up a producer of the event bus"))?;
        // Somebody else may have been faster; theirs stays.
        Ok(self.producer.get_or_init(|| made))
    }

    /// What a partition holds.
    ///
    /// # Errors
    /// [`Error::Failed`] when the broker does not say.
    pub async fn offsets(&self, topic: &str, partition: i32) -> Result<Offsets, Error> {
        let (reader, topic) = (self.reader.clone(), topic.to_owned());
        blocking(move || {
            watermarks(&reader, &topic, partition)
                .map_err(failed(format!("look at {topic}, partition {partition}")))
        })
        .await
    }

    /// How many partitions a topic has; `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Failed`] when the broker does not say.
    pub async fn partitions(&self, topic: &str) -> Result<Option<i32>, Error> {
        let topics = self.topics().await?;
        Ok(topics
            .into_iter()
            .find(|(name, _)| name == topic)
            .map(|(_, count)| count))
    }

    /// Names of all topics, Kafka's own too, with their numbers of partitions.
    pub(crate) async fn topics(&self) -> Result<Vec<(String, i32)>, Error> {
        let reader = self.reader.clone();
        blocking(move || {
            // All topics and not one: to ask for one by name may create it.
            let metadata = reader
                .fetch_metadata(None, ANSWER)
                .map_err(failed("list the topics"))?;
            let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
            let topics = metadata.topics().iter();
            Ok(topics
                .map(|topic| (topic.name().to_owned(), count(topic.partitions().len())))
                .collect())
        })
        .await
    }

    /// The number of `topic`'s partitions.
    ///
    /// # Errors
    /// [`Error::NoTopic`] when it is not there.
    pub(crate) async fn must_have(&self, topic: &str) -> Result<i32, Error> {
        let no_topic = || Error::NoTopic {
            topic: topic.into(),
        };
        self.partitions(topic).await?.ok_or_else(no_topic)
    }

    /// Creates a topic with Kafka's settings by their own names, and waits until it can be used.
    ///
    /// # Errors
    /// [`Error::Failed`] when the broker refuses, also because it is there already.
    pub async fn create_topic(
        &self,
        name: &str,
        partitions: i32,
        settings: &[(&str, &str)],
    ) -> Result<(), Error> {
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(-1));
        let topic = settings
            .iter()
            .fold(topic, |topic, (setting, value)| topic.set(setting, value));
        let action = format!("create the topic {name}");
        let created = self.admin.create_topics([&topic], &options()).await;
        one(created).map_err(failed(action))?;
        self.usable(name, (partitions > 0).then_some(partitions))
            .await
    }

    /// Creates a topic with the broker's own defaults unless it is there; says whether it did.
    ///
    /// # Errors
    /// As [`create_topic`](Self::create_topic).
    pub async fn ensure(&self, name: &str) -> Result<bool, Error> {
        if self.partitions(name).await?.is_some() {
            return Ok(false);
        }
        match self.create_topic(name, -1, &[]).await {
            Err(Error::Failed {
                source: KafkaError::AdminOp(RDKafkaErrorCode::TopicAlreadyExists),
                ..
            }) => {
                // Somebody else was faster.
                self.usable(name, None).await?;
                Ok(false)
            }
            created => created.map(|()| true),
        }
    }

    /// Deletes a topic with its records and waits until it is gone.
    ///
    /// # Errors
    /// [`Error::NoTopic`] when it is not there, [`Error::Failed`] when the broker refuses.
    pub async fn delete_topic(&self, name: &str) -> Result<(), Error> {
        match one(self.admin.delete_topics(&[name], &options()).await) {
            Err(error) if is_gone(&error) => return Err(Error::NoTopic { topic: name.into() }),
            deleted => deleted.map_err(failed(format!("delete the topic {name}")))?,
        }
        settling(format!("the deletion of {name}"))
            .until(async || match self.partitions(name).await? {
                None => Ok(()),
                Some(_) => Err(Not::yet("the broker still lists it")),
            })
            .done()
            .await
    }

    /// Waits until every partition of a topic has a leader that answers.
    pub(crate) async fn usable(&self, name: &str, count: Option<i32>) -> Result<(), Error> {
        let usable = async || {
            let Some(has) = self.partitions(name).await? else {
                return Err(Not::yet("the broker does not list it yet"));
            };
            if count.is_some_and(|count| has < count) {
                return Err(Not::Yet(format!("it has {has} partitions yet")));
            }
            for partition in 0..has {
                if let Err(error) = self.offsets(name, partition).await {
                    let words = format!("partition {partition}: {}", chain(&error));
                    return Err(Not::Yet(words));
                }
            }
            Ok(())
        };
        let wait = settling(format!("the topic {name}"));
        wait.until(usable).done().await
    }

    pub(crate) fn admin(&self) -> &AdminClient<DefaultClientContext> {
        &self.admin
    }

    pub(crate) fn reader(&self) -> &Arc<BaseConsumer> {
        &self.reader
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("bootstrap", &self.bootstrap)
            .finish_non_exhaustive()
    }
}

/// A wait for what the broker needs a moment for.
pub(crate) fn settling(what: impl Into<String>) -> Wait {
    Wait::new(what, SETTLE).every(PAUSE)
}

#[cfg(test)]
mod tests {
    use groundwork_process::error::Remedy as _;
    use rdkafka::mocking::MockCluster;

    use super::*;
    use crate::test_bus::TestBus;

    #[tokio::test]
    async fn a_published_record_is_where_the_broker_said() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(1, &[]).await;
        let first = bed.bus.publish(&topic, Some(b"k"), b"v").await.unwrap();
        let second = bed.bus.publish(&topic, Some(b"k"), b"v").await.unwrap();
        assert_eq!((first.offset, second.offset), (0, 1));
        let offsets = bed.bus.offsets(&topic, 0).await.unwrap();
        assert_eq!((offsets.earliest, offsets.latest), (0, 2));
        bed.end().await;
    }

    #[tokio::test]
    async fn a_key_is_in_the_partition_that_kafkas_own_producer_gives_it() {
        let mock = MockCluster::new(1).unwrap();
        mock.create_topic("orders", 4, 1).unwrap();
        let servers = mock.bootstrap_servers();
        let bus = Bus::connect(&servers, SETTLE).await.unwrap();
        // What kafka-python, aiokafka and franz-go answer.
        for (key, partition) in [("ACME", 1), ("MSFT", 2), ("order-17", 1)] {
            let position = bus.publish("orders", Some(key.as_bytes()), b"v").await;
            assert_eq!(position.unwrap().partition, partition, "{key}");
        }
    }

    #[tokio::test]
    async fn publishing_to_an_unknown_topic_fails_at_once_and_creates_nothing() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let name = bed.name();
        let error = bed.bus.publish(&name, None, b"v").await.unwrap_err();
        assert!(matches!(error, Error::NoTopic { .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("topics.yaml"));
        assert_eq!(bed.bus.partitions(&name).await.unwrap(), None);
        bed.end().await;
    }

    #[tokio::test]
    async fn a_topic_is_ensured_once_and_deleted_once() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let name = bed.name();
        assert!(bed.bus.ensure(&name).await.unwrap());
        assert!(!bed.bus.ensure(&name).await.unwrap());
        bed.bus.delete_topic(&name).await.unwrap();
        let error = bed.bus.delete_topic(&name).await.unwrap_err();
        assert!(matches!(error, Error::NoTopic { .. }), "{error:?}");
        bed.end().await;
    }
}
