//! The topics that the broker has, with the settings that were given to each.

use rdkafka::{
    admin::{ConfigEntry, ConfigSource, OwnedResourceSpecifier, ResourceSpecifier},
    error::KafkaError,
};

use super::{Found, name};
use crate::{
    Bus, Error,
    client::options,
    error::{failed, is_gone},
};

/// All topics but Kafka's own, by name.
pub(super) async fn find(bus: &Bus) -> Result<Vec<Found>, Error> {
    let mut topics = bus.topics().await?;
    topics.retain(|(name, _)| !name::is_internal(name));
    topics.sort();
    let names: Vec<&str> = topics.iter().map(|(name, _)| &**name).collect();
    let entries = settings(bus, &names).await?;
    let own = |entries: Vec<ConfigEntry>| {
        let dynamic = entries
            .into_iter()
            .filter(|entry| entry.source == ConfigSource::DynamicTopic);
        dynamic
            .filter_map(|entry| Some((entry.name, entry.value?)))
            .collect()
    };
    Ok(topics
        .into_iter()
        .zip(entries)
        .map(|((name, partitions), entries)| Found {
            name,
            partitions,
            settings: own(entries),
        })
        .collect())
}

/// Every setting of each topic, in the order of `topics`.
pub(super) async fn settings(bus: &Bus, topics: &[&str]) -> Result<Vec<Vec<ConfigEntry>>, Error> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let action = "read the topics' settings";
    let asked: Vec<_> = topics
        .iter()
        .map(|name| ResourceSpecifier::Topic(name))
        .collect();
    let answers = bus.admin().describe_configs(&asked, &options()).await;
    let mut sorted: Vec<_> = topics.iter().map(|_| Vec::new()).collect();
    for answer in answers.map_err(failed(action))? {
        let resource = match answer.map_err(KafkaError::AdminOp) {
            Ok(resource) => resource,
            // Deleted since it was listed.
            Err(error) if is_gone(&error) => continue,
            Err(error) => return Err(failed(action)(error)),
        };
        // The answers come in the broker's own order.
        if let OwnedResourceSpecifier::Topic(name) = &resource.specifier {
            if let Some(index) = topics.iter().position(|topic| topic == name) {
                sorted[index] = resource.entries;
            }
        }
    }
    Ok(sorted)
}
