//! The node's processes as the checks see them.

use std::{collections::BTreeMap, fs};

use groundwork_contract::{LAST_UP, LastUp};
use groundwork_node::{NodeStatus, StateDir};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, de::DeserializeOwned};

use crate::runner::{CheckFailure, Context, blocking};

/// The part of a running process's record that is needed.
#[derive(Deserialize)]
struct Record {
    spec: Spec,
    pid: u32,
}

#[derive(Deserialize)]
struct Spec {
    name: String,
}

/// The node's status; a stopped node is a failure.
pub(crate) async fn status(context: &Context) -> Result<NodeStatus, CheckFailure> {
    let state = context.state.clone();
    let status = blocking(move || groundwork_node::status(&state)).await?;
    if status.processes.is_empty() {
        return Err("no node process runs".into());
    }
    Ok(status)
}

/// Process id of each node process by its name.
pub(crate) fn pids(state: &StateDir) -> Result<BTreeMap<String, u32>, CheckFailure> {
    let folder = state.records();
    let entries = fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut pids = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let record: Record = json(&path)?;
            pids.insert(record.spec.name, record.pid);
        }
    }
    Ok(pids)
}

/// What the last `up` that started the node wrote about itself.
pub(crate) fn last_up(state: &StateDir) -> Result<LastUp, CheckFailure> {
    json(&state.path(LAST_UP))
}

/// Ends a process as the kernel would, with no chance to clean up.
pub(crate) fn kill(pid: u32) -> Result<(), CheckFailure> {
    let process = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let process = process.ok_or_else(|| format!("{pid} is no process id"))?;
    kill_process(process, Signal::KILL)
        .map_err(|error| format!("cannot kill {pid}: {error}").into())
}

/// Ends the first process of container `id` as the kernel would.
pub(crate) async fn kill_container(context: &Context, id: &str) -> Result<(), CheckFailure> {
    signal_container(context, id, "SIGKILL").await
}

/// Sends `signal` to the first process of container `id`.
pub(crate) async fn signal_container(
    context: &Context,
    id: &str,
    signal: &str,
) -> Result<(), CheckFailure> {
    let kill = context
        .program("ctr")?
        .arg("--address")
        .arg(context.state.containerd_socket())
        .args(["--namespace", "k8s.io", "tasks", "kill"])
        .args(["--signal", signal, id]);
    blocking(move || kill.run()).await
}

fn json<T: DeserializeOwned>(path: &std::path::Path) -> Result<T, CheckFailure> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_figure_is_named_by_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = last_up(&StateDir::new(folder.path())).unwrap_err();
        assert!(error.to_string().contains("last-up.json"), "{error}");
    }

    #[test]
    fn the_last_up_is_read_as_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let text =
            r#"{"started": "2026-01-02T03:04:05Z", "ready_seconds": 9.5, "from": "nothing"}"#;
        fs::write(folder.path().join("last-up.json"), text).unwrap();
        let last_up = last_up(&StateDir::new(folder.path())).unwrap();
        assert_eq!(last_up.ready_seconds, 9.5);
        assert_eq!(last_up.started.to_string(), "2026-01-02T03:04:05Z");
    }
}
