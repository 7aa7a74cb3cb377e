//! All topics at once, Kafka's own too, in a few requests however many partitions they have.

use std::collections::BTreeMap;

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};

use super::{find::settings, name};
use crate::{
    Bus, Error,
    client::ANSWER,
    error::{blocking, failed},
};

/// A topic with its partitions and what it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its name.
    pub name: String,
    /// Whether it is one of Kafka's own.
    pub internal: bool,
    /// In the order of their numbers.
    pub partitions: Vec<Held>,
    /// How long records are kept; none is for ever.
    pub retention_ms: Option<i64>,
    /// How much a partition keeps; none is all.
    pub retention_bytes: Option<i64>,
    /// `delete`, `compact` or both.
    pub cleanup_policy: String,
}

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub partition: i32,
    /// Offset of the first record that is still there.
    pub earliest: i64,
    /// Offset that the next record will get.
    pub latest: i64,
}

/// All topics, by name.
///
/// # Errors
/// [`Error::Failed`] when the broker does not answer.
pub async fn overview(bus: &Bus) -> Result<Vec<Overview>, Error> {
    let mut topics = bus.topics().await?;
    topics.sort();
    let names: Vec<&str> = topics.iter().map(|(name, _)| &**name).collect();
    let settings = settings(bus, &names).await?;
    let mut asked = TopicPartitionList::new();
    for (name, partitions) in &topics {
        asked.add_partition_range(name, 0, partitions - 1);
    }
    let reader = bus.reader().clone();
    let held = blocking(move || held(&reader, &asked)).await?;
    let overview = topics
        .into_iter()
        .zip(settings)
        .map(|((topic, _), entries)| {
            let setting = |name: &str| {
                let entry = entries.iter().find(|entry| entry.name == name)?;
                entry.value.as_deref()
            };
            // -1 is without a bound.
            let bound = |name| setting(name)?.parse().ok().filter(|bound| *bound >= 0);
            let partitions = held.range((topic.clone(), 0)..=(topic.clone(), i32::MAX));
            Overview {
                internal: name::is_internal(&topic),
                partitions: partitions.map(|(_, held)| *held).collect(),
                retention_ms: bound("retention.ms"),
                retention_bytes: bound("retention.bytes"),
                cleanup_policy: setting("cleanup.policy").unwrap_or("delete").to_owned(),
                name: topic,
            }
        });
    Ok(overview.collect())
}

/// What each partition of `asked` holds; those are left out that were deleted meanwhile.
///
/// # Errors
/// [`Error::Failed`] when the broker does not answer.
pub(super) fn held(
    reader: &BaseConsumer,
    asked: &TopicPartitionList,
) -> Result<BTreeMap<(String, i32), Held>, Error> {
    let ends = |end| ends(reader, asked, end).map_err(failed("look at the partitions"));
    // Kafka's numbers for a partition's ends, in the place of a time.
    let (first, last) = (ends(Offset::Beginning)?, ends(Offset::End)?);
    let held = last.into_iter().map(|(at, latest)| {
        let held = Held {
            partition: at.1,
            earliest: first.get(&at).copied().unwrap_or(latest),
            latest,
        };
        (at, held)
    });
    Ok(held.collect())
}

/// One end of each partition of `asked`, asked for all at once.
fn ends(
    reader: &BaseConsumer,
    asked: &TopicPartitionList,
    end: Offset,
) -> Result<BTreeMap<(String, i32), i64>, KafkaError> {
    if asked.count() == 0 {
        return Ok(BTreeMap::new());
    }
    let mut asked = asked.clone();
    asked.set_all_offsets(end)?;
    let answered = reader.offsets_for_times(asked, ANSWER)?;
    let elements = answered.elements();
    let ends = elements.iter().filter_map(|element| {
        // One that was deleted meanwhile has an error of its own.
        let offset = element.offset().to_raw()?;
        let known = element.error().is_ok() && offset >= 0;
        known.then(|| ((element.topic().to_owned(), element.partition()), offset))
    });
    Ok(ends.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_bus::TestBus;

    #[tokio::test]
    async fn all_topics_have_the_offsets_that_each_partition_says() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let settings = [("retention.ms", "-1"), ("retention.bytes", "1048576")];
        let topic = bed.topic(3, &settings).await;
        for n in 0..5 {
            bed.bus.publish(&topic, Some(&[n]), b"v").await.unwrap();
        }
        let overview = overview(&bed.bus).await.unwrap();
        let found = overview.iter().find(|it| it.name == topic).unwrap();
        assert_eq!(found.partitions.len(), 3);
        for held in &found.partitions {
            let offsets = bed.bus.offsets(&topic, held.partition).await.unwrap();
            assert_eq!(
                (held.earliest, held.latest),
                (offsets.earliest, offsets.latest)
            );
        }
        assert_eq!(
            (found.retention_ms, found.retention_bytes),
            (None, Some(1_048_576))
        );
        assert_eq!(found.cleanup_policy, "delete");
        assert!(!found.internal);
        bed.end().await;
    }
}
