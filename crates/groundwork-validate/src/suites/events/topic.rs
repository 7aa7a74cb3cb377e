//! A topic that a check makes for itself and removes again.

use std::{io::Cursor, ops::Range, time::Duration};

use groundwork_contract::role;
use groundwork_events::{Bus, Error, Group, Keys, Record, produce, topics};

use crate::{
    runner::{CheckFailure, Context},
    shared::wait::wait_for,
};

/// For the bus to answer. After a kill it needs a few seconds.
const CONNECT: Duration = Duration::from_secs(60);
/// For a topic to be made or removed. A broker that is short of processor time is without a session now
/// and then, and refuses both for a moment.
const SETTLED: Duration = Duration::from_secs(60);
/// For a group's first records: joining takes the coordinator a moment.
pub(super) const READ: Duration = Duration::from_secs(30);

/// The running event bus.
pub(super) async fn bus(context: &Context) -> Result<Bus, CheckFailure> {
    Ok(Bus::connect(&context.endpoint(role::EVENT_BUS)?, CONNECT).await?)
}

/// What the names of the checks' own topics begin with.
const PREFIX: &str = "groundwork-check-";

/// Removes what a check left that failed or was cut off.
pub(in crate::suites) async fn remove(context: &Context) -> Result<(), CheckFailure> {
    let bus = Bus::connect(&context.endpoint(role::EVENT_BUS)?, Duration::from_secs(2)).await?;
    for topic in topics::list(&bus).await? {
        if topic.name.starts_with(PREFIX) {
            bus.delete_topic(&topic.name).await?;
        }
    }
    Ok(())
}

/// A topic of a check's own.
pub(super) struct Topic {
    pub(super) bus: Bus,
    pub(super) name: String,
}

impl Topic {
    /// Makes `groundwork-check-<name>` anew, with Kafka's `settings` by their own names.
    pub(super) async fn new(
        context: &Context,
        name: &str,
        partitions: i32,
        settings: &[(&str, &str)],
    ) -> Result<Self, CheckFailure> {
        let topic = Self {
            bus: bus(context).await?,
            name: format!("{PREFIX}{name}"),
        };
        let (bus, name) = (&topic.bus, &topic.name);
        wait_for(&format!("the topic {name}"), SETTLED, async || {
            // Left over by a run that was killed, or that got no answer in time.
            topic.delete_once().await?;
            Ok(bus.create_topic(name, partitions, settings).await?)
        })
        .await?;
        Ok(topic)
    }

    /// Removes it, if it is there.
    pub(super) async fn delete(&self) -> Result<(), CheckFailure> {
        let what = format!("the end of the topic {}", self.name);
        wait_for(&what, SETTLED, async || self.delete_once().await).await
    }

    async fn delete_once(&self) -> Result<(), CheckFailure> {
        match self.bus.delete_topic(&self.name).await {
            Ok(()) | Err(Error::NoTopic { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Publishes the numbers of `range` as values, spread over `keys` keys and in order; each is
    /// acknowledged.
    pub(super) async fn publish(&self, range: Range<u32>, keys: u32) -> Result<(), CheckFailure> {
        let lines: String = range
            .map(|number| format!("{}\t{number}\n", number % keys))
            .collect::<Vec<_>>()
            .concat();
        produce(&self.bus, &self.name, Cursor::new(lines), Keys::Tab).await?;
        Ok(())
    }

    /// A member of `group`, which belongs to this topic.
    pub(super) fn group(&self, group: &str) -> Result<Group, CheckFailure> {
        Ok(self
            .bus
            .group(&format!("{}-{group}", self.name), &[&self.name])?)
    }
}

/// The numbers that `records` hold, in the order in which they came.
pub(super) fn numbers(records: &[Record]) -> Vec<u32> {
    let number = |record: &Record| {
        let text = String::from_utf8_lossy(record.value.as_deref()?).into_owned();
        text.parse().ok()
    };
    records.iter().filter_map(number).collect()
}

/// The same, sorted.
pub(super) fn sorted(records: &[Record]) -> Vec<u32> {
    let mut numbers = numbers(records);
    numbers.sort_unstable();
    numbers
}

/// The first of `numbers`, for a sentence.
pub(super) fn first_of(numbers: &[u32]) -> String {
    numbers.first().map_or("none".into(), u32::to_string)
}
