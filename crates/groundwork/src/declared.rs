//! What stands beside objects: the topics and secrets that the stack or a service declares.

use std::time::Duration;

use groundwork_contract::{Phase, Progress, Stack};
use groundwork_events::{
    Bus,
    topics::{self, Action},
};
use groundwork_node::StateDir;
use groundwork_secrets::store::{Declared, Need, Note};

use crate::{given, secrets};

/// For the event bus to answer on loopback once its pod is ready.
const BUS_DEADLINE: Duration = Duration::from_secs(20);

/// Makes the declared topics, on an event bus that is ready; with `prune` others go, with their records.
///
/// # Errors
/// When the bus does not answer or refuses.
pub async fn topics<R: Fn(Progress) + Send + Sync>(
    stack: &Stack,
    declared: &topics::Declared,
    prune: bool,
    report: &R,
) -> anyhow::Result<()> {
    let bus = Bus::connect(&given::bootstrap(stack)?, BUS_DEADLINE).await?;
    let tell = |action: &Action| {
        report(Progress::new("topics", Phase::Starting, action.to_string()));
    };
    let changes = topics::reconcile(&bus, declared, prune, tell).await?;
    let mut words = format!(
        "{} created, {} changed, {} grown, {} deleted, {} unchanged",
        changes.created.len(),
        changes.changed.len(),
        changes.grown.len(),
        changes.deleted.len(),
        changes.unchanged.len()
    );
    if !changes.undeclared.is_empty() {
        words += &format!("; not in topics.yaml: {}", changes.undeclared.join(", "));
    }
    report(Progress::new("topics", Phase::Ready, words));
    Ok(())
}

/// Makes the declared secrets that can be made here; those that only their issuer has are named. `why` is noted in
/// the record of accesses.
///
/// # Errors
/// When the API server does not answer or refuses.
pub async fn secrets<R: Fn(Progress) + Send + Sync>(
    state: &StateDir,
    declared: &Declared,
    why: &str,
    report: &R,
) -> anyhow::Result<()> {
    let store = secrets::open(state, "up").await?;
    let note = Note {
        who: secrets::person(),
        why: why.into(),
    };
    let (made, missing) = store.ensure(declared, &note).await?;
    let mut words = format!("{} declared, {} made", declared.secrets.len(), made.len());
    if !missing.is_empty() {
        let commands = missing.iter().map(|need| {
            let Need { id, kind } = need;
            format!(
                "groundwork secret set -n {} {} --kind {kind}",
                id.namespace, id.name
            )
        });
        let commands: Vec<_> = commands.collect();
        words += &format!("; to be set by hand: {}", commands.join(", "));
    }
    report(Progress::new("secrets", Phase::Ready, words));
    Ok(())
}
