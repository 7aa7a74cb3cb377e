//! The client behind a look: it reads windows of offsets, in no group that anybody could see.

use std::{collections::BTreeMap, fmt, ops::Range};

use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
    message::BorrowedMessage,
};
use tokio::time::{Instant, timeout_at};

use crate::{Bus, Error, client::config, error::failed, group::is_passing};

/// A client of its own for each look. Dropped, it ends beside the executor, as its threads take a
/// moment.
pub(super) struct Reader {
    topic: String,
    consumer: Option<StreamConsumer>,
}

/// What comes next.
pub(super) enum Next<'a> {
    Message(BorrowedMessage<'a>),
    /// A partition has no more records now.
    End(i32),
    /// Something that passes.
    Nothing,
}

impl<'a> Next<'a> {
    pub(super) fn message(&self) -> Option<&BorrowedMessage<'a>> {
        match self {
            Self::Message(message) => Some(message),
            Self::End(_) | Self::Nothing => None,
        }
    }
}

impl Reader {
    /// A client that hears of an end, or of nothing new, after `wait` milliseconds.
    pub(super) fn new(bus: &Bus, topic: &str, wait: &str) -> Result<Self, Error> {
        let consumer: StreamConsumer = config(bus.bootstrap())
            // Required by the client, although nothing joins a group or is committed to it.
            .set("group.id", "groundwork-look")
            // Where retention has deleted the asked-for offset meanwhile.
            .set("auto.offset.reset", "earliest")
            // The last offset of a partition may be no record: a transaction's end, a compacted one.
            .set("enable.partition.eof", "true")
            // Memory: records that were read ahead are mostly thrown away. NB: batches are compressed, and a
            // megabyte of them may be twenty of records.
            .set("queued.min.messages", "1000")
            .set("queued.max.messages.kbytes", "1024")
            .set("fetch.message.max.bytes", "131072")
            // A full queue is read from at once; by default the next request waits a second.
            .set("fetch.queue.backoff.ms", "5")
            .set("fetch.wait.max.ms", wait)
            .create()
            .map_err(failed(format!("read {topic}")))?;
        Ok(Self {
            topic: topic.into(),
            consumer: Some(consumer),
        })
    }

    /// Shows `see` every record of `windows`, each a partition and its offsets; answers whether it
    /// got through all of them before `deadline`.
    pub(super) async fn read(
        &self,
        windows: &[(i32, Range<i64>)],
        deadline: Instant,
        mut see: impl FnMut(&BorrowedMessage<'_>),
    ) -> Result<bool, Error> {
        self.assign(windows)?;
        let mut open: BTreeMap<i32, i64> = windows
            .iter()
            .map(|(partition, window)| (*partition, window.end))
            .collect();
        while !open.is_empty() {
            let Ok(next) = timeout_at(deadline, self.next()).await else {
                return Ok(false);
            };
            match next? {
                Next::Message(message) => {
                    let (partition, offset) = (message.partition(), message.offset());
                    // NB: a partition that is through goes on being read until all are.
                    let Some(end) = open.get(&partition).copied() else {
                        continue;
                    };
                    if offset < end {
                        see(&message);
                    }
                    if offset + 1 >= end {
                        open.remove(&partition);
                    }
                }
                Next::End(partition) => drop(open.remove(&partition)),
                Next::Nothing => {}
            }
        }
        Ok(true)
    }

    /// Goes to the begin of each window.
    pub(super) fn assign(&self, windows: &[(i32, Range<i64>)]) -> Result<(), Error> {
        let mut assignment = TopicPartitionList::new();
        for (partition, window) in windows {
            let begin = Offset::Offset(window.start);
            assignment
                .add_partition_offset(&self.topic, *partition, begin)
                .map_err(self.failed())?;
        }
        let assigned = self.consumer().assign(&assignment);
        assigned.map_err(self.failed())
    }

    pub(super) async fn next(&self) -> Result<Next<'_>, Error> {
        match self.consumer().recv().await {
            Ok(message) => Ok(Next::Message(message)),
            Err(KafkaError::PartitionEOF(partition)) => Ok(Next::End(partition)),
            Err(error) if is_passing(&error) => Ok(Next::Nothing),
            Err(error) => Err(self.failed()(error)),
        }
    }

    fn consumer(&self) -> &StreamConsumer {
        self.consumer.as_ref().expect("it is there until the drop")
    }

    fn failed(&self) -> impl FnOnce(KafkaError) -> Error {
        failed(format!("read {}", self.topic))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let consumer = self.consumer.take();
        if tokio::runtime::Handle::try_current().is_ok() {
            // Only a runtime that ends waits for it.
            drop(tokio::task::spawn_blocking(move || drop(consumer)));
        }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}
