//! What stays of a service that is removed: it holds data, and only a person knows whether that is wanted.

use std::path::Path;

use groundwork_contract::{Deployment, Stack};
use groundwork_events::{Bus, topics};
use groundwork_node::StateDir;
use groundwork_secrets::store::{Declared, Id};

use super::database;
use crate::{given, secrets};

/// A line for each secret, topic and database of the service that was last built in `folder`, with how it goes.
///
/// # Errors
/// When the cluster does not answer; an event bus that does not is passed over.
pub async fn lines(
    state: &StateDir,
    stack: &Stack,
    name: &str,
    folder: Option<&Path>,
) -> anyhow::Result<Vec<String>> {
    let mut lines = vec![];
    // A build that is no longer there tells nothing.
    let Some(deployment) = folder.and_then(|it| Deployment::read(it).ok()) else {
        return Ok(lines);
    };
    let declared = deployment
        .secrets
        .as_deref()
        .map(Declared::read)
        .transpose()?;
    let mut ids: Vec<Id> = declared
        .map(|it| it.secrets.into_iter().map(|need| need.id).collect())
        .unwrap_or_default();
    if database::wants_one(&deployment) {
        ids.push(database::credentials_of(&deployment)?);
        lines.push(format!(
            "the database {name} stays, with its user; groundwork database dump {name} saves it"
        ));
    }
    let store = secrets::open(state, "remove").await?;
    let there = store.list(None).await?;
    for id in ids
        .iter()
        .filter(|id| there.iter().any(|it| it.id() == **id))
    {
        let Id { namespace, name } = id;
        lines.push(format!(
            "the secret {name} stays; groundwork secret delete -n {namespace} {name}"
        ));
    }
    if let Ok(bus) = Bus::connect(&given::bootstrap(stack)?, given::BUS_PATIENCE).await {
        let own = format!("{name}.");
        let topics = topics::list(&bus).await?.into_iter();
        for topic in topics.filter(|topic| topic.name.starts_with(&own)) {
            lines.push(format!(
                "the topic {} stays, with {} records",
                topic.name, topic.records
            ));
        }
    }
    Ok(lines)
}
