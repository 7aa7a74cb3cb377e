//! The groups of consumers: their members, and how far they are behind.

use std::collections::{BTreeMap, BTreeSet};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};

use super::{
    name,
    overview::{Held, held},
};
use crate::{
    Bus, Error,
    client::{ANSWER, config},
    error::{blocking, failed},
};

/// A group of consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// In Kafka's word: `Stable`, `Empty`, `PreparingRebalance`, …; `Unknown` where the client cannot tell.
    pub state: String,
    /// How many consumers it has now, where the client can tell.
    pub members: Option<usize>,
    /// Every partition of the topics that it has read.
    pub partitions: Vec<Behind>,
}

/// How far a group is behind in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The topic.
    pub topic: String,
    /// The partition, and what it holds.
    pub held: Held,
    /// The offset that the group will go on with, once it has confirmed one.
    pub committed: Option<i64>,
}

impl Behind {
    /// Records that the group has not confirmed and can still read.
    #[must_use]
    pub fn lag(&self) -> Option<i64> {
        Some((self.held.latest - self.committed?.max(self.held.earliest)).max(0))
    }
}

/// All groups, by name.
///
/// # Errors
/// [`Error::Failed`] when the broker does not answer.
pub async fn groups(bus: &Bus) -> Result<Vec<Group>, Error> {
    among(bus, None).await
}

/// The group named `only`, if there is one, or all of them, by name.
pub(super) async fn among(bus: &Bus, only: Option<&str>) -> Result<Vec<Group>, Error> {
    let mut topics = bus.topics().await?;
    topics.retain(|(name, _)| !name::is_internal(name));
    let mut asked = TopicPartitionList::new();
    for (name, partitions) in &topics {
        asked.add_partition_range(name, 0, partitions - 1);
    }
    let (bus, only) = (bus.clone(), only.map(str::to_owned));
    blocking(move || {
        let listed = bus.reader().fetch_group_list(only.as_deref(), ANSWER);
        let listed = listed.map_err(failed("list the groups"))?;
        let held = held(bus.reader(), &asked)?;
        let mut groups = Vec::new();
        for group in listed.groups() {
            let committed = match asked.count() {
                0 => BTreeMap::new(),
                _ => committed(&bus, group.name(), &asked)?,
            };
            let (state, members) = described(group.state(), group.members().len());
            groups.push(Group {
                name: group.name().to_owned(),
                state: state.to_owned(),
                members,
                partitions: behind(&committed, &held),
            });
        }
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(groups)
    })
    .await
}

/// State and members of a group that is there. The client's request describes those of another protocol, which are
/// KIP-848's, share groups and Kafka Streams' own, as dead and empty.
fn described(state: &str, members: usize) -> (&str, Option<usize>) {
    match state {
        "Dead" => ("Unknown", None),
        state => (state, Some(members)),
    }
}

/// The offset that `group` has committed in each partition of `asked` where it has one.
fn committed(
    bus: &Bus,
    group: &str,
    asked: &TopicPartitionList,
) -> Result<BTreeMap<(String, i32), i64>, Error> {
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
        Some(((element.topic().to_owned(), element.partition()), committed))
    });
    Ok(committed.collect())
}

/// Every partition of the topics in which something is `committed`.
fn behind(
    committed: &BTreeMap<(String, i32), i64>,
    held: &BTreeMap<(String, i32), Held>,
) -> Vec<Behind> {
    let topics: BTreeSet<_> = committed.keys().map(|(topic, _)| topic).collect();
    let read = held.iter().filter(|((topic, _), _)| topics.contains(topic));
    let behind = read.map(|(at, held)| Behind {
        topic: at.0.clone(),
        held: *held,
        committed: committed.get(at).copied(),
    });
    behind.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::test_bus::TestBus;

    fn held(partition: i32, earliest: i64, latest: i64) -> Held {
        Held {
            partition,
            earliest,
            latest,
        }
    }

    #[test]
    fn a_group_that_cannot_be_described_is_not_called_dead() {
        assert_eq!(described("Stable", 2), ("Stable", Some(2)));
        assert_eq!(described("Empty", 0), ("Empty", Some(0)));
        assert_eq!(described("Dead", 0), ("Unknown", None));
    }

    #[test]
    fn a_partition_without_a_confirmed_offset_is_shown_beside_the_others() {
        let at = |topic: &str, partition| (topic.to_owned(), partition);
        let held = BTreeMap::from([
            (at("a", 0), held(0, 0, 5)),
            (at("a", 1), held(1, 0, 7)),
            (at("b", 0), held(0, 0, 9)),
        ]);
        let behind = behind(&BTreeMap::from([(at("a", 0), 2)]), &held);
        let seen: Vec<_> = behind
            .iter()
            .map(|it| (&*it.topic, it.held.partition, it.committed, it.lag()))
            .collect();
        assert_eq!(seen, [("a", 0, Some(2), Some(3)), ("a", 1, None, None)]);
    }

    #[test]
    fn what_was_deleted_unread_is_no_lag() {
        let lag = |committed, held| {
            let topic = "t".to_owned();
            let behind = Behind {
                topic,
                held,
                committed,
            };
            behind.lag()
        };
        assert_eq!(lag(Some(2), held(0, 4, 9)), Some(5));
        assert_eq!(lag(Some(6), held(0, 4, 9)), Some(3));
        // The topic was made anew since the group confirmed.
        assert_eq!(lag(Some(6), held(0, 0, 1)), Some(0));
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
        assert_eq!((&*found.state, found.members), ("Stable", Some(1)));
        let [behind] = &found.partitions[..] else {
            panic!("{found:?}")
        };
        assert_eq!((&*behind.topic, behind.held), (&*topic, held(0, 0, 5)));
        assert_eq!((behind.committed, behind.lag()), (Some(2), Some(3)));
        let asked = among(&bed.bus, Some(&group)).await.unwrap();
        assert_eq!(asked, std::slice::from_ref(found));
        drop(member);
        bed.end().await;
    }
}
