//! The groups of consumers: their members, and how far they are behind.

use std::collections::{BTreeMap, BTreeSet};

use rdkafka::{TopicPartitionList, consumer::Consumer};

use super::{lag::committed, name, overview::latest};
use crate::{
    Bus, Error,
    bus::ANSWER,
    error::{blocking, failed},
};

/// A group of consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// In Kafka's word: `Stable`, `Empty`, `PreparingRebalance`, …
    pub state: String,
    /// How many consumers it has now.
    pub members: usize,
    /// Every partition of the topics that it has read.
    pub partitions: Vec<Behind>,
}

/// How far a group is behind in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset that the group will go on with; none where it has confirmed nothing yet.
    pub committed: Option<i64>,
    /// The offset that the next record will get.
    pub latest: i64,
}

impl Behind {
    /// Records that the group has not confirmed.
    #[must_use]
    pub fn lag(&self) -> Option<i64> {
        Some((self.latest - self.committed?).max(0))
    }
}

/// All groups, by name.
///
/// # Errors
/// [`Error::Failed`] when the broker does not answer.
pub async fn groups(bus: &Bus) -> Result<Vec<Group>, Error> {
    let mut topics = bus.topics().await?;
    topics.retain(|(name, _)| !name::is_internal(name));
    let mut asked = TopicPartitionList::new();
    for (name, partitions) in &topics {
        asked.add_partition_range(name, 0, partitions - 1);
    }
    let bus = bus.clone();
    blocking(move || {
        let listed = bus.reader().fetch_group_list(None, ANSWER);
        let listed = listed.map_err(failed("list the groups"))?;
        let latest = latest(bus.reader(), &asked).map_err(failed("look at the partitions"))?;
        let mut groups = Vec::new();
        for group in listed.groups() {
            let committed = match asked.count() {
                0 => vec![],
                _ => committed(&bus, group.name(), &asked)?,
            };
            groups.push(Group {
                name: group.name().to_owned(),
                state: group.state().to_owned(),
                members: group.members().len(),
                partitions: behind(committed, &latest),
            });
        }
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(groups)
    })
    .await
}

/// Every partition of the topics in which something is `committed`.
fn behind(
    committed: Vec<(String, i32, i64)>,
    latest: &BTreeMap<(String, i32), i64>,
) -> Vec<Behind> {
    let topics: BTreeSet<_> = committed.iter().map(|(topic, ..)| topic.clone()).collect();
    let committed: BTreeMap<_, _> = committed
        .into_iter()
        .map(|(topic, partition, offset)| ((topic, partition), offset))
        .collect();
    let read = latest
        .iter()
        .filter(|((topic, _), _)| topics.contains(topic));
    let behind = read.map(|(at, latest)| Behind {
        topic: at.0.clone(),
        partition: at.1,
        committed: committed.get(at).copied(),
        latest: *latest,
    });
    behind.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::test_bus::TestBus;

    #[test]
    fn a_partition_without_a_confirmed_offset_is_shown_beside_the_others() {
        let at = |topic: &str, partition| (topic.to_owned(), partition);
        let latest = BTreeMap::from([(at("a", 0), 5), (at("a", 1), 7), (at("b", 0), 9)]);
        let behind = behind(vec![("a".into(), 0, 2)], &latest);
        let seen: Vec<_> = behind
            .iter()
            .map(|it| (it.partition, it.committed, it.lag()))
            .collect();
        assert_eq!(seen, [(0, Some(2), Some(3)), (1, None, None)]);
    }

    #[tokio::test]
    async fn a_group_has_its_members_and_its_lag() {
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
        let groups = groups(&bed.bus).await.unwrap();
        let found = groups.iter().find(|it| it.name == group).unwrap();
        assert_eq!((&*found.state, found.members), ("Stable", 1));
        let [behind] = &found.partitions[..] else {
            panic!("{found:?}")
        };
        assert_eq!((behind.committed, behind.lag()), (Some(2), Some(3)));
        drop(member);
        bed.end().await;
    }
}
