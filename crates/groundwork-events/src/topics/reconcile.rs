//! Makes the broker's topics those that are declared, and waits until they are.

use groundwork_process::wait::Not;
use rdkafka::admin::{AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication};
use serde::Serialize;

use super::{Action, Declared, TopicPlan, check::check, find::find, plan};
use crate::{
    Bus, Error,
    bus::settling,
    client::{one, options},
    error::failed,
};

/// What reconciliation did, by the topics' names. A topic may be both changed and grown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Changes {
    /// New.
    pub created: Vec<String>,
    /// Given other settings.
    pub changed: Vec<String>,
    /// Given more partitions.
    pub grown: Vec<String>,
    /// Deleted with their records.
    pub deleted: Vec<String>,
    /// Left alone: as declared.
    pub unchanged: Vec<String>,
    /// Left alone: not declared.
    pub undeclared: Vec<String>,
}

impl Changes {
    /// Whether the broker was left as it was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let done = [&self.created, &self.changed, &self.grown, &self.deleted];
        done.into_iter().all(Vec::is_empty)
    }
}

/// What [`reconcile`] would do; nothing is changed.
///
/// # Errors
/// Those of [`reconcile`] before anything is touched.
pub async fn planned(bus: &Bus, declared: &Declared, prune: bool) -> Result<TopicPlan, Error> {
    let plan = plan(declared, &find(bus).await?, prune)?;
    check(bus, declared).await?;
    Ok(plan)
}

/// Makes the broker's topics those that are declared, and tells `tell` about each action before it is
/// carried out. Done again it changes nothing. Topics that are not declared are deleted only if `prune`
/// says so, and Kafka's own never.
///
/// # Errors
/// [`Error::Refused`] before anything is touched when the declared topics break a rule or the
/// broker does not take a setting; [`Error::Failed`] and [`Error::TimedOut`] later on.
pub async fn reconcile(
    bus: &Bus,
    declared: &Declared,
    prune: bool,
    tell: impl Fn(&Action),
) -> Result<Changes, Error> {
    let plan = planned(bus, declared, prune).await?;
    let mut changes = Changes::default();
    for action in &plan.actions {
        tell(action);
        carry_out(bus, action).await?;
        let done = match action {
            Action::Create { .. } => &mut changes.created,
            Action::Configure { .. } => &mut changes.changed,
            Action::Grow { .. } => &mut changes.grown,
            Action::Delete { .. } => &mut changes.deleted,
        };
        done.push(action.topic().into());
    }
    if !plan.actions.is_empty() {
        settled(bus, declared, prune).await?;
    }
    changes.unchanged = plan.unchanged;
    changes.undeclared = plan.undeclared;
    Ok(changes)
}

async fn carry_out(bus: &Bus, action: &Action) -> Result<(), Error> {
    let failed = failed(action.to_string());
    let (admin, options) = (bus.admin(), options());
    match action {
        Action::Create { topic } => {
            // -1 is the broker's default.replication.factor.
            let new = NewTopic::new(&topic.name, topic.partitions, TopicReplication::Fixed(-1));
            let new = topic.settings.iter().fold(new, |new, (s, v)| new.set(s, v));
            one(admin.create_topics([&new], &options).await).map_err(failed)
        }
        Action::Configure { topic, .. } => {
            // The request that sets the whole set, and resets what it does not name: just what
            // "declared" means. (Kafka's newer request changes single settings.)
            let alter = AlterConfig::new(ResourceSpecifier::Topic(&topic.name));
            let alter = topic
                .settings
                .iter()
                .fold(alter, |alter, (s, v)| alter.set(s, v));
            // NB: its answer is `Ok` for a refused topic too. That the settings are there is seen
            // by `settled`.
            admin
                .alter_configs([&alter], &options)
                .await
                .map(drop)
                .map_err(failed)
        }
        Action::Grow { name, to, .. } => {
            let to = usize::try_from(*to).unwrap_or_default();
            let grow = NewPartitions::new(name, to);
            one(admin.create_partitions([&grow], &options).await).map_err(failed)
        }
        // Waits by itself: a new topic may want the name.
        Action::Delete { name } => bus.delete_topic(name).await,
    }
}

/// Waits until the broker shows what is declared and every declared topic can be used.
async fn settled(bus: &Bus, declared: &Declared, prune: bool) -> Result<(), Error> {
    let done = async || {
        let plan = plan(declared, &find(bus).await?, prune).map_err(Error::from)?;
        let left = plan.actions;
        if left.is_empty() {
            return Ok(());
        }
        let left: Vec<_> = left.iter().map(ToString::to_string).collect();
        let words = format!("still to do: {}", left.join("; "));
        Err(Not::<Error>::Yet(words))
    };
    settling("reconciling the topics")
        .until(done)
        .done()
        .await?;
    for topic in &declared.topics {
        bus.usable(&topic.name, Some(topic.partitions)).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
