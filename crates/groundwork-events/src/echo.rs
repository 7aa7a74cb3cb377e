//! A record there and back, again and again on the same connections: the proof that a broker works,
//! beyond that it answers.

use std::time::Duration;

use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
};

use crate::{Bus, Error, client::config, error::failed};

/// Named as Kafka's own topics are, so that people leave it alone.
const TOPIC: &str = "__groundwork_ready";
/// The least that Kafka keeps: a minute and a segment of 1 MiB.
const SETTINGS: [(&str, &str); 2] = [("retention.ms", "60000"), ("segment.bytes", "1048576")];

/// A producer and a consumer of a topic of their own.
pub struct Echo {
    bus: Bus,
    consumer: StreamConsumer,
}

impl Echo {
    /// Connects to the broker at `bootstrap` and makes the topic, unless it is there.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when no broker answers within `deadline`, [`Error::Failed`] when it
    /// refuses.
    pub async fn open(bootstrap: &str, deadline: Duration) -> Result<Self, Error> {
        let bus = Bus::connect_exactly(bootstrap, deadline).await?;
        if bus.partitions(TOPIC).await?.is_none() {
            bus.create_topic(TOPIC, 1, &SETTINGS).await?;
        }
        let consumer = config(bootstrap)
            // Required by the client, although nothing joins a group or is committed to it.
            .set("group.id", "groundwork-echo")
            .create()
            .map_err(failed("set up a reader of the event bus"))?;
        Ok(Self { bus, consumer })
    }

    /// Publishes a record, has it acknowledged and reads it back. A broker that is away is waited
    /// for, so the caller sets the bound.
    ///
    /// # Errors
    /// [`Error::Failed`] when the record was not acknowledged or cannot be read.
    pub async fn round_trip(&self) -> Result<(), Error> {
        let action = || failed("read a record back");
        let place = self.bus.publish(TOPIC, None, b"echo").await?;
        let mut assignment = TopicPartitionList::new();
        let offset = Offset::Offset(place.offset);
        assignment
            .add_partition_offset(TOPIC, place.partition, offset)
            .map_err(action())?;
        self.consumer.assign(&assignment).map_err(action())?;
        loop {
            match self.consumer.recv().await {
                // What an earlier assignment had fetched may come first.
                Ok(message) if message.offset() == place.offset => return Ok(()),
                Ok(_) => {}
                // The client itself goes on trying.
                Err(error) if crate::group::is_passing(&error) => {}
                Err(error) => return Err(action()(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_comes_back_each_time() {
        let Ok(bootstrap) = std::env::var("GROUNDWORK_TEST_KAFKA") else {
            return;
        };
        let echo = Echo::open(&bootstrap, Duration::from_secs(20))
            .await
            .unwrap();
        for _ in 0..3 {
            echo.round_trip().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_broker_that_is_not_there_is_told() {
        let echo = Echo::open("127.0.0.1:1", Duration::from_millis(100)).await;
        assert!(matches!(echo.err(), Some(Error::Unreachable { .. })));
    }
}
