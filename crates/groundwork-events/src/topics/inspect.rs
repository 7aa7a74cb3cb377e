//! What is on the bus: the topics, and one of them in full.

use rdkafka::admin::{ConfigEntry, ConfigSource};
use rdkafka::consumer::Consumer;
use serde::Serialize;

use super::{Retention, find::settings, name};
use crate::{
    Bus, Error,
    client::ANSWER,
    error::{blocking, failed, is_gone},
    watermarks::watermarks,
};

/// Kafka's default of `max.message.bytes`: 1 MiB and what goes around it.
const KAFKA_LARGEST_BATCH: usize = 1_048_588;

/// A topic in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: usize,
    /// Records between the first and the last offset. Compaction leaves gaps, which are counted.
    pub records: u64,
    /// How long records are kept.
    pub retention: Option<Retention>,
    /// Whether old records of a key are dropped.
    pub compacted: bool,
}

/// A topic in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// In the order of their numbers.
    pub partitions: Vec<Partition>,
    /// Those that differ from Kafka's own defaults.
    pub settings: Vec<Setting>,
}

/// What a partition holds and who leads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// Its number.
    pub partition: i32,
    /// Offset of the first record that is still there.
    pub earliest: i64,
    /// Offset that the next record will get.
    pub latest: i64,
    /// The broker that leads it.
    pub leader: i32,
}

/// A setting, and who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Kafka's name of it.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Who said it.
    pub source: Source,
}

/// Who said a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// It was given to the topic.
    Topic,
    /// The broker's configuration.
    Broker,
}

/// All topics but Kafka's own, by name.
///
/// # Errors
/// [`Error::Failed`] when the broker does not answer.
pub async fn list(bus: &Bus) -> Result<Vec<Summary>, Error> {
    let mut topics = bus.topics().await?;
    topics.retain(|(name, _)| !name::is_internal(name));
    topics.sort();
    let names: Vec<&str> = topics.iter().map(|(name, _)| &**name).collect();
    let settings = settings(bus, &names).await?;
    let mut list = Vec::new();
    for (name, settings) in names.into_iter().zip(settings) {
        let partitions = match partitions(bus, name).await {
            Ok(partitions) => partitions,
            // Deleted since it was listed.
            Err(Error::Failed { source, .. }) if is_gone(&source) => continue,
            Err(error) => return Err(error),
        };
        let held = |one: &Partition| u64::try_from(one.latest - one.earliest).unwrap_or(0);
        let retention = value(&settings, "retention.ms").and_then(|value| value.parse().ok());
        let policy = value(&settings, "cleanup.policy").unwrap_or_default();
        list.push(Summary {
            name: name.into(),
            partitions: partitions.len(),
            records: partitions.iter().map(held).sum(),
            retention: retention.map(Retention::from_millis),
            compacted: policy.contains("compact"),
        });
    }
    Ok(list)
}

/// One topic in full.
///
/// # Errors
/// [`Error::NoTopic`], or [`Error::Failed`] when the broker does not answer.
pub async fn describe(bus: &Bus, name: &str) -> Result<Description, Error> {
    bus.must_have(name).await?;
    let settings = settings(bus, &[name]).await?.into_iter().flatten();
    Ok(Description {
        name: name.into(),
        partitions: partitions(bus, name).await?,
        settings: settings.filter_map(own).collect(),
    })
}

/// How large a batch of records `topic` takes, in bytes.
pub(crate) async fn largest_batch(bus: &Bus, topic: &str) -> Result<usize, Error> {
    let settings = settings(bus, &[topic]).await?.into_iter().flatten();
    let settings: Vec<_> = settings.collect();
    let said = value(&settings, "max.message.bytes").and_then(|value| value.parse().ok());
    Ok(said.unwrap_or(KAFKA_LARGEST_BATCH))
}

async fn partitions(bus: &Bus, name: &str) -> Result<Vec<Partition>, Error> {
    let (reader, name) = (bus.reader().clone(), name.to_owned());
    blocking(move || {
        let action = || failed(format!("look at the partitions of {name}"));
        let metadata = reader
            .fetch_metadata(Some(&name), ANSWER)
            .map_err(action())?;
        let found = metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions());
        let mut partitions = Vec::new();
        for partition in found {
            let (id, leader) = (partition.id(), partition.leader());
            let offsets = watermarks(&reader, &name, id).map_err(action())?;
            partitions.push(Partition {
                partition: id,
                earliest: offsets.earliest,
                latest: offsets.latest,
                leader,
            });
        }
        partitions.sort_by_key(|partition| partition.partition);
        Ok(partitions)
    })
    .await
}

fn value<'a>(settings: &'a [ConfigEntry], name: &str) -> Option<&'a str> {
    let entry = settings.iter().find(|entry| entry.name == name)?;
    entry.value.as_deref()
}

fn own(entry: ConfigEntry) -> Option<Setting> {
    let source = match entry.source {
        ConfigSource::DynamicTopic => Source::Topic,
        ConfigSource::Default | ConfigSource::Unknown => return None,
        _ => Source::Broker,
    };
    Some(Setting {
        name: entry.name,
        value: entry.value?,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_bus::TestBus;

    #[tokio::test]
    async fn a_topic_is_listed_with_its_records_and_retention() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(2, &[("retention.ms", "3600000")]).await;
        for n in 0..5 {
            bed.bus.publish(&topic, Some(&[n]), b"v").await.unwrap();
        }
        let list = list(&bed.bus).await.unwrap();
        let summary = list.iter().find(|summary| summary.name == topic).unwrap();
        assert_eq!((summary.partitions, summary.records), (2, 5));
        assert_eq!(summary.retention, Some(Retention::Millis(3_600_000)));
        assert!(list.iter().all(|summary| !summary.name.starts_with("__")));
        bed.end().await;
    }

    #[tokio::test]
    async fn a_topic_is_described_with_the_settings_that_are_its_own() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(1, &[("cleanup.policy", "compact")]).await;
        bed.bus.publish(&topic, Some(b"k"), b"v").await.unwrap();
        let description = describe(&bed.bus, &topic).await.unwrap();
        let [partition] = &description.partitions[..] else {
            panic!("{description:?}")
        };
        assert_eq!((partition.earliest, partition.latest), (0, 1));
        let own = description
            .settings
            .iter()
            .filter(|s| s.source == Source::Topic);
        let own: Vec<_> = own
            .map(|setting| (&*setting.name, &*setting.value))
            .collect();
        assert_eq!(own, [("cleanup.policy", "compact")]);
        bed.end().await;
    }

    #[tokio::test]
    async fn an_unknown_topic_cannot_be_described() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let error = describe(&bed.bus, &bed.name()).await.unwrap_err();
        assert!(matches!(error, Error::NoTopic { .. }), "{error:?}");
        bed.end().await;
    }
}
