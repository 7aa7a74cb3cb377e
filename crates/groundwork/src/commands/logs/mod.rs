//! `logs`: a node process's log file, or the logs of a workload's pods.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use futures::{AsyncBufReadExt, StreamExt, TryStreamExt, stream};
use groundwork_apply::Cluster;
use groundwork_contract::ComponentState;
use groundwork_node::StateDir;
use kube::{Client, ResourceExt, api::LogParams};

use crate::{
    cli::{Global, Logs},
    failure::{Exit, Failure},
    output, root, runtime,
};

mod follow;
mod pods;

use pods::{NAME_LABEL, containers, labelled_pods, named_pods};

/// How often a log file is looked at for more.
const EVERY: Duration = Duration::from_millis(200);

pub fn run(global: &Global, arguments: &Logs) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = StateDir::new(&global.state_dir);
    let file = state.log(&arguments.name);
    let runtime = runtime::new()?;
    // A name with a slash would lead out of the folder.
    if !arguments.name.contains('/') && file.exists() {
        let read = || format!("cannot read {}", file.display());
        let offset = show_end(&file, arguments.lines).with_context(read)?;
        if arguments.follow {
            runtime.block_on(follow(&file, offset)).with_context(read)?;
        }
    } else {
        runtime.block_on(workload(&state, arguments))?;
    }
    Ok(Exit::Done.into())
}

/// Shows the last `lines` lines of `file` and returns where it ended.
fn show_end(file: &Path, lines: usize) -> io::Result<u64> {
    // A log file is kept small by its supervisor, so that reading it whole costs little.
    let bytes = fs::read(file)?;
    output::raw(last_lines(&bytes, lines));
    Ok(bytes.len() as u64)
}

fn last_lines(bytes: &[u8], lines: usize) -> &[u8] {
    let ended = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let newlines = ended.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    match lines.checked_sub(1) {
        None => &[],
        Some(before) => match newlines.map(|(at, _)| at).rev().nth(before) {
            Some(at) => &bytes[at + 1..],
            None => bytes,
        },
    }
}

/// Shows what is appended to `path` from `offset` on, for ever.
async fn follow(path: &Path, mut offset: u64) -> io::Result<()> {
    let mut clock = tokio::time::interval(EVERY);
    let mut bytes = Vec::new();
    loop {
        clock.tick().await;
        let mut file = File::open(path)?;
        // Shorter than before: it was rotated, and begins anew.
        if file.metadata()?.len() < offset {
            offset = 0;
        }
        file.seek(SeekFrom::Start(offset))?;
        offset += file.read_to_end(&mut bytes)? as u64;
        output::raw(&bytes);
        bytes.clear();
    }
}

async fn workload(state: &StateDir, arguments: &Logs) -> anyhow::Result<()> {
    let Logs {
        name,
        follow,
        lines,
        prefix,
    } = arguments;
    // Without a cluster there are only node processes, and this is none of them.
    if !state.kubeconfig().exists() {
        return Err(unknown(name, &processes(state)).into());
    }
    let cluster = Cluster::connect(&state.kubeconfig()).await?;
    let client = cluster.client().clone();
    let pods = named_pods(&client, name).await?;
    if pods.is_empty() {
        let components = cluster.components().await?;
        if let Some(component) = components.iter().find(|one| one.name == *name) {
            return Err(podless(component).into());
        }
        let mut names = processes(state);
        names.extend(workloads(&client).await?);
        return Err(unknown(name, &names).into());
    }
    if *follow {
        return follow::pods(&client, arguments).await;
    }
    let containers: Vec<_> = pods.iter().flat_map(containers).collect();
    let mut streams = Vec::new();
    for container in &containers {
        let prefix = container.prefix(*prefix || containers.len() > 1);
        let parameters = LogParams {
            tail_lines: i64::try_from(*lines).ok(),
            ..LogParams::default()
        };
        match container.log(&client, parameters).await {
            Ok(log) => streams.push(log.lines().map_ok(move |line| format!("{prefix}{line}"))),
            // One container that has not started yet hides nothing of the others.
            Err(error) => output::note(container.refused(&error)),
        }
    }
    if streams.is_empty() {
        let failure = Failure::stack(format!("no log of '{name}' can be read"));
        return Err(failure
            .hint("`groundwork status` shows what it waits for")
            .into());
    }
    let mut lines = stream::iter(streams).flatten();
    while let Some(line) = lines.try_next().await.context("the log broke off")? {
        output::line(line);
    }
    Ok(())
}

async fn workloads(client: &Client) -> anyhow::Result<BTreeSet<String>> {
    Ok(labelled_pods(client, NAME_LABEL)
        .await?
        .iter()
        .filter_map(|pod| pod.labels().get(NAME_LABEL).cloned())
        .collect())
}

/// The node processes that have written a log.
fn processes(state: &StateDir) -> BTreeSet<String> {
    let entries = fs::read_dir(state.logs()).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".log")?.to_owned()))
        .collect()
}

/// For a workload that somebody has scaled to nothing, or whose pods are refused.
fn podless(component: &ComponentState) -> Failure {
    let name = &component.name;
    let reason = match component.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    Failure::stack(format!("'{name}' has no pod{reason}")).hint(format!(
        "`groundwork up` scales it as the stack has it; the log store has what it wrote: {{\"service.name\"=\"{name}\"}}"
    ))
}

fn unknown(name: &str, names: &BTreeSet<String>) -> Failure {
    let failure = Failure::wrong_use(format!("nothing here is called '{name}'"));
    if names.is_empty() {
        return failure.hint("`groundwork up` starts the stack; nothing has run yet");
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    failure.hint(format!("there are logs of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_its_last_lines() {
        let log = b"one\ntwo\nthree\n";
        assert_eq!(last_lines(log, 2), b"two\nthree\n");
        assert_eq!(last_lines(log, 9), log);
        assert_eq!(last_lines(log, 0), b"");
        assert_eq!(last_lines(b"one\ntwo", 1), b"two");
        assert_eq!(last_lines(b"", 5), b"");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        fs::create_dir_all(state.logs()).unwrap();
        for file in ["kubelet.log", "etcd.log", "etcd.log.1"] {
            fs::write(state.logs().join(file), "").unwrap();
        }
        let error = unknown("etdc", &processes(&state));
        assert_eq!(error.remedy(), Some("there are logs of etcd, kubelet"));
    }
}
