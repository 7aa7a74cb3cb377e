//! Records from a topic to a callback, from a chosen point on. No group, nothing is confirmed.

use std::{collections::BTreeMap, future::Future, io, pin::pin, sync::Arc};

use jiff::Timestamp;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, StreamConsumer},
    error::KafkaError,
};

use crate::{
    Bus, Error, Offsets, Record,
    client::{ANSWER, config},
    error::{blocking, failed},
    group::is_passing,
    watermarks::watermarks,
};

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the first record that is still there.
    Beginning,
    /// With the first record that is not older.
    At(Timestamp),
    /// With what comes after now.
    End,
}

/// What is read, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The topic. Partitions that it grows later are not read.
    pub topic: String,
    /// Where reading begins.
    pub start: Start,
    /// Ends after so many records.
    pub max: Option<u64>,
    /// Ends with the last record that was there at the start, for scripts.
    pub until_end: bool,
}

/// Reads until the reading's own end, until `cancel` is ready, or until `on_record` fails; answers
/// how many records were handed over. A broker that is away is waited for.
///
/// # Errors
/// [`Error::NoTopic`]; [`Error::Output`] with what `on_record` failed with; [`Error::Failed`] when
/// the client gives up.
pub async fn consume(
    bus: &Bus,
    reading: &Reading,
    cancel: impl Future,
    mut on_record: impl FnMut(Record) -> io::Result<()>,
) -> Result<u64, Error> {
    let action = || failed(format!("read {}", reading.topic));
    bus.must_have(&reading.topic).await?;
    let consumer: StreamConsumer = config(bus.bootstrap())
        // Required by the client, although nothing joins a group or is committed to it.
        .set("group.id", "groundwork-consume")
        // Where retention has deleted the asked-for offset meanwhile.
        .set("auto.offset.reset", "earliest")
        // The last offset of a partition may be no record: a transaction's end, a compacted one.
        .set("enable.partition.eof", "true")
        .create()
        .map_err(action())?;
    let (assignment, mut open) = assignment(bus, reading).await?;
    let mut handed = 0;
    let enough = |handed: u64, open: &BTreeMap<i32, i64>| {
        reading.max.is_some_and(|max| handed >= max) || (reading.until_end && open.is_empty())
    };
    consumer.assign(&assignment).map_err(action())?;
    let mut cancel = pin!(cancel);
    while !enough(handed, &open) {
        let message = tokio::select! {
            // In this order: a flood of records must not delay the end.
            biased;
            _ = &mut cancel => break,
            message = consumer.recv() => message,
        };
        match message {
            Ok(message) => {
                let record = Record::of(&message);
                let (partition, offset) = (record.partition, record.offset);
                let end = open.get(&partition).copied();
                // What came after the start is not part of a reading that ends.
                if !reading.until_end || end.is_some_and(|end| offset < end) {
                    on_record(record).map_err(Error::Output)?;
                    handed += 1;
                }
                if end.is_some_and(|end| offset + 1 >= end) {
                    open.remove(&partition);
                }
            }
            Err(KafkaError::PartitionEOF(partition)) => drop(open.remove(&partition)),
            Err(error) if is_passing(&error) => {}
            Err(error) => return Err(action()(error)),
        }
    }
    Ok(handed)
}

/// Where to begin in each partition, and the end of each that has something to read.
async fn assignment(
    bus: &Bus,
    reading: &Reading,
) -> Result<(TopicPartitionList, BTreeMap<i32, i64>), Error> {
    let (reader, reading) = (bus.reader().clone(), reading.clone());
    blocking(move || {
        let begins = begins(&reader, &reading.topic, reading.start)
            .map_err(failed(format!("find where to begin in {}", reading.topic)))?;
        let mut assignment = TopicPartitionList::new();
        let mut open = BTreeMap::new();
        for (partition, begin, end) in begins {
            if begin < end {
                open.insert(partition, end);
            }
            assignment
                .add_partition_offset(&reading.topic, partition, Offset::Offset(begin))
                .map_err(failed("choose an offset"))?;
        }
        Ok((assignment, open))
    })
    .await
}

/// Partition, first offset to read, and the end as it is now.
pub(crate) fn begins(
    reader: &Arc<BaseConsumer>,
    topic: &str,
    start: Start,
) -> Result<Vec<(i32, i64, i64)>, KafkaError> {
    let metadata = reader.fetch_metadata(Some(topic), ANSWER)?;
    let partitions = metadata
        .topics()
        .iter()
        .flat_map(|topic| topic.partitions());
    let mut begins = Vec::new();
    for partition in partitions.map(|partition| partition.id()) {
        let Offsets { earliest, latest } = watermarks(reader, topic, partition)?;
        let begin = match start {
            Start::Beginning => earliest,
            Start::End => latest,
            Start::At(moment) => {
                let mut asked = TopicPartitionList::new();
                // The request has the time in the place of the offset.
                let millis = Offset::Offset(moment.as_millisecond());
                asked.add_partition_offset(topic, partition, millis)?;
                let answer = reader.offsets_for_times(asked, ANSWER)?;
                match answer.elements().first().map(|element| element.offset()) {
                    Some(Offset::Offset(offset)) => offset,
                    // No record is so young.
                    _ => latest,
                }
            }
        };
        begins.push((partition, begin, latest));
    }
    Ok(begins)
}

#[cfg(test)]
#[path = "consume_tests.rs"]
mod tests;
