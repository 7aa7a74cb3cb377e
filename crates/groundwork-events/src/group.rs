//! A member of a consumer group that confirms by itself what it has read.

use std::{sync::Arc, time::Duration};

use groundwork_process::wait::{Late, TimedOut, within};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
};
use tokio::time::timeout;

use crate::{
    Bus, Error, Record,
    client::config,
    error::{blocking, failed},
};

/// A member of a consumer group. Dropped, it leaves the group.
pub struct Group {
    name: String,
    consumer: Arc<StreamConsumer>,
}

impl Bus {
    /// Joins `group` as a reader of `topics`. A group that is new begins with the first record; one
    /// that has confirmed offsets goes on there. Only [`commit`](Group::commit) confirms.
    ///
    /// # Errors
    /// [`Error::Failed`] when the client refuses.
    pub fn group(&self, group: &str, topics: &[&str]) -> Result<Group, Error> {
        let action = || failed(format!("join the group {group}"));
        let consumer: StreamConsumer = config(self.bootstrap())
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            // NB: the session stays at the client's 45 s. With a shorter one than a broker's restart
            // takes, the member gives itself up meanwhile, and then waits for its own old session.
            .create()
            .map_err(action())?;
        consumer.subscribe(topics).map_err(action())?;
        Ok(Group {
            name: group.into(),
            consumer: Arc::new(consumer),
        })
    }
}

impl Group {
    /// The next record; `None` when none came within `deadline`.
    ///
    /// # Errors
    /// [`Error::Failed`] when the client gives up. A broker that is away is waited for.
    pub async fn next(&self, deadline: Duration) -> Result<Option<Record>, Error> {
        timeout(deadline, self.read()).await.ok().transpose()
    }

    /// The next `count` records, all of them. A slow machine may take longer than `deadline`.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when `deadline` passes before.
    pub async fn take(&self, count: usize, deadline: Duration) -> Result<Vec<Record>, Error> {
        let mut records = Vec::with_capacity(count);
        let all = async {
            while records.len() < count {
                records.push(self.read().await?);
            }
            Ok(())
        };
        match within(deadline, all).await {
            Ok(read) => read.map(|()| records),
            Err(Late(waited)) => Err(Error::TimedOut(TimedOut {
                what: format!("reading {count} records as {}", self.name),
                waited,
                missing: format!("{} came", records.len()),
            })),
        }
    }

    /// Confirms `record` and all before it in its partition; waits for the broker's answer.
    ///
    /// # Errors
    /// [`Error::Failed`] when the broker refuses.
    pub async fn commit(&self, record: &Record) -> Result<(), Error> {
        let action = failed(format!("confirm an offset as {}", self.name));
        let mut offsets = TopicPartitionList::new();
        let next = Offset::Offset(record.offset + 1);
        let consumer = self.consumer.clone();
        let added = offsets.add_partition_offset(&record.topic, record.partition, next);
        blocking(move || {
            added
                .and_then(|()| consumer.commit(&offsets, CommitMode::Sync))
                .map_err(action)
        })
        .await
    }

    /// The next record, whenever it comes.
    async fn read(&self) -> Result<Record, Error> {
        loop {
            match self.consumer.recv().await {
                Ok(message) => return Ok(Record::of(&message)),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(failed(format!("read as {}", self.name))(error)),
            }
        }
    }
}

/// Whether the client reports what it will get over by itself: the broker restarts, or a topic's
/// partitions are just being handed out.
pub(crate) fn is_passing(error: &rdkafka::error::KafkaError) -> bool {
    use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
    match error {
        KafkaError::MessageConsumption(code) => matches!(
            code,
            Code::BrokerTransportFailure
                | Code::AllBrokersDown
                | Code::OperationTimedOut
                | Code::RequestTimedOut
                | Code::Resolve
                | Code::NotCoordinator
                | Code::CoordinatorLoadInProgress
                | Code::CoordinatorNotAvailable
                | Code::LeaderNotAvailable
                | Code::NotLeaderForPartition
                | Code::UnknownTopicOrPartition
                | Code::RebalanceInProgress
                | Code::UnknownMemberId
                | Code::IllegalGeneration
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_bus::TestBus;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn each_group_gets_every_record_and_goes_on_where_it_confirmed() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let (topic, first, second) = (bed.topic(1, &[]).await, bed.name(), bed.name());
        for n in 0..4_u8 {
            bed.bus.publish(&topic, Some(b"k"), &[n]).await.unwrap();
        }
        let values = |records: Vec<Record>| -> Vec<_> {
            records
                .into_iter()
                .filter_map(|record| record.value)
                .flatten()
                .collect()
        };
        for group in [&first, &second] {
            let member = bed.bus.group(group, &[&topic]).unwrap();
            let read = member.take(4, PATIENCE).await.unwrap();
            member.commit(&read[1]).await.unwrap();
            assert_eq!(values(read), [0, 1, 2, 3]);
        }
        let again = bed.bus.group(&first, &[&topic]).unwrap();
        assert_eq!(values(again.take(2, PATIENCE).await.unwrap()), [2, 3]);
        drop(again);
        bed.end().await;
    }

    #[tokio::test]
    async fn a_read_that_ends_says_how_much_came() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let (topic, group) = (bed.topic(1, &[]).await, bed.name());
        let member = bed.bus.group(&group, &[&topic]).unwrap();
        let error = member.take(1, Duration::from_millis(50)).await.unwrap_err();
        assert!(error.to_string().ends_with("0 came"), "{error}");
        drop(member);
        bed.end().await;
    }
}
