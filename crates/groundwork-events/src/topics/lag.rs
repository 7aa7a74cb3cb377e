//! How far each group of consumers is behind.

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use serde::Serialize;

use super::name;
use crate::{
    Bus, Error,
    bus::{ANSWER, config},
    error::{blocking, failed, is_gone},
};

/// How far a group is behind in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// The group.
    pub group: String,
    /// The topic that it has read.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset that it will go on with.
    pub committed: i64,
    /// The offset that the next record will get.
    pub end: i64,
    /// Records that it has not confirmed.
    pub lag: i64,
}

/// The lag of `group`, or of every group, in each partition where it has committed an offset.
///
/// # Errors
/// [`Error::NoGroup`] when there is no `group`, [`Error::Failed`] when the broker does not answer.
pub async fn lag(bus: &Bus, group: Option<&str>) -> Result<Vec<Lag>, Error> {
    let mut topics = bus.topics().await?;
    topics.retain(|(name, _)| !name::is_internal(name));
    let mut asked = TopicPartitionList::new();
    for (name, partitions) in &topics {
        asked.add_partition_range(name, 0, partitions - 1);
    }
    let (bus, group) = (bus.clone(), group.map(str::to_owned));
    blocking(move || {
        let mut groups = groups(&bus)?;
        if let Some(group) = group {
            groups.retain(|name| *name == group);
            if groups.is_empty() {
                return Err(Error::NoGroup { group });
            }
        }
        let mut lags = Vec::new();
        if asked.count() == 0 {
            return Ok(lags);
        }
        for group in groups {
            lags.extend(lag_of(&bus, &group, &asked)?);
        }
        Ok(lags)
    })
    .await
}

fn groups(bus: &Bus) -> Result<Vec<String>, Error> {
    let list = bus
        .reader()
        .fetch_group_list(None, ANSWER)
        .map_err(failed("list the groups"))?;
    let mut names: Vec<_> = list
        .groups()
        .iter()
        .map(|group| group.name().to_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// The offset that `group` has committed in each partition of `asked` where it has one.
pub(super) fn committed(
    bus: &Bus,
    group: &str,
    asked: &TopicPartitionList,
) -> Result<Vec<(String, i32, i64)>, Error> {
    let action = || failed(format!("read the offsets of the group {group}"));
    // A consumer that never subscribes asks in the group's name without joining it.
    let asking: BaseConsumer = config(bus.bootstrap())
        .set("group.id", group)
        .create()
        .map_err(action())?;
    let answered = asking
        .committed_offsets(asked.clone(), ANSWER)
        .map_err(action())?;
    let elements = answered.elements();
    let committed = elements.iter().filter_map(|element| {
        let Offset::Offset(committed) = element.offset() else {
            return None;
        };
        Some((element.topic().to_owned(), element.partition(), committed))
    });
    Ok(committed.collect())
}

fn lag_of(bus: &Bus, group: &str, asked: &TopicPartitionList) -> Result<Vec<Lag>, Error> {
    let action = || failed(format!("read the offsets of the group {group}"));
    let mut lags = Vec::new();
    for (topic, partition, committed) in committed(bus, group, asked)? {
        let offsets = bus.reader().fetch_watermarks(&topic, partition, ANSWER);
        let (earliest, end) = match offsets {
            Ok(offsets) => offsets,
            // Deleted since it was listed.
            Err(error) if is_gone(&error) => continue,
            Err(error) => return Err(action()(error)),
        };
        lags.push(Lag {
            group: group.into(),
            topic,
            partition,
            committed,
            end,
            // What has been deleted meanwhile cannot be read any more.
            lag: (end - committed.max(earliest)).max(0),
        });
    }
    lags.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    Ok(lags)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::test_bus::TestBus;

    #[tokio::test]
    async fn a_group_is_behind_by_what_it_has_not_confirmed() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let (topic, group) = (bed.topic(1, &[]).await, bed.name());
        for _ in 0..5 {
            bed.bus.publish(&topic, Some(b"k"), b"v").await.unwrap();
        }
        let member = bed.bus.group(&group, &[&topic]).unwrap();
        let read = member.take(3, Duration::from_secs(20)).await.unwrap();
        member.commit(&read[1]).await.unwrap();
        let expected = Lag {
            group: group.clone(),
            topic,
            partition: 0,
            committed: 2,
            end: 5,
            lag: 3,
        };
        assert_eq!(
            lag(&bed.bus, Some(&group)).await.unwrap(),
            std::slice::from_ref(&expected)
        );
        assert!(lag(&bed.bus, None).await.unwrap().contains(&expected));
        drop(member);
        bed.end().await;
    }

    #[tokio::test]
    async fn a_group_that_is_not_there_is_named() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let group = bed.name();
        let error = lag(&bed.bus, Some(&group)).await.unwrap_err();
        assert_eq!(error.to_string(), format!("there is no group '{group}'"));
        bed.end().await;
    }
}
