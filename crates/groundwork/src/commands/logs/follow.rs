//! The lines of a workload as they are written, through restarts and roll-outs.

use std::{collections::BTreeMap, time::Duration};

use futures::{AsyncBufReadExt, StreamExt, TryStreamExt, stream::FuturesUnordered};
use jiff::Timestamp;
use kube::{Client, api::LogParams};
use serde_json::json;
use tokio::time::interval;

use super::pods::{Container, containers, named_pods};
use crate::{cli::Logs, output};

/// Between two looks for pods that are new.
const EVERY: Duration = Duration::from_secs(1);

/// How far one container's log was followed.
enum Seen {
    /// It is followed.
    Now,
    /// It ended then, or could not be read.
    Until(Timestamp),
}

/// Shows the last lines of each container of the workload, and then what they write and what those
/// write that come later, for ever.
pub(super) async fn pods(client: &Client, arguments: &Logs) -> anyhow::Result<()> {
    let Logs {
        name,
        lines,
        prefix,
        ..
    } = arguments;
    let mut seen: BTreeMap<Container, Seen> = BTreeMap::new();
    let mut following = FuturesUnordered::new();
    let mut clock = interval(EVERY);
    let mut first = true;
    loop {
        tokio::select! {
            _ = clock.tick() => {}
            Some((container, end)) = following.next() => {
                seen.insert(container, end);
                continue;
            }
        }
        let pods = named_pods(client, name).await?;
        let there: Vec<_> = pods.iter().flat_map(containers).collect();
        seen.retain(|container, _| there.contains(container));
        for container in &there {
            let since = match seen.get(container) {
                Some(Seen::Now) => continue,
                Some(Seen::Until(end)) => Some(*end),
                None => None,
            };
            let parameters = LogParams {
                follow: true,
                // Pods that come later are shown from their first line on.
                tail_lines: first.then_some(i64::try_from(*lines).ok()).flatten(),
                // NB: the client's type of a time is another one than ours; both are RFC 3339 as JSON.
                since_time: since.and_then(|it| serde_json::from_value(json!(it.to_string())).ok()),
                ..LogParams::default()
            };
            let prefix = container.prefix(*prefix || there.len() > 1);
            seen.insert(container.clone(), Seen::Now);
            let client = client.clone();
            following.push(one(client, container.clone(), parameters, prefix, first));
        }
        first = false;
    }
}

/// Shows one container's lines until it ends. Why it has none is told at the `first` look: a later pod just starts.
async fn one(
    client: Client,
    container: Container,
    parameters: LogParams,
    prefix: String,
    first: bool,
) -> (Container, Seen) {
    match container.log(&client, parameters).await {
        Ok(log) => {
            let mut lines = log.lines();
            // A log that breaks off is opened again at the next look.
            while let Ok(Some(line)) = lines.try_next().await {
                output::line(format!("{prefix}{line}"));
            }
        }
        Err(error) if first => output::note(container.refused(&error)),
        Err(_) => {}
    }
    (container, Seen::Until(Timestamp::now()))
}
