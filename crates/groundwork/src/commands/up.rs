//! `up`: starts what does not run, waits until everything is ready, and says where it answers.
//!
//! The node's processes belong to the background supervisor; this is a client that brings images
//! and objects while the control plane boots.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{self, ExitCode},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_apply::{Cluster, Endpoint, Owner};
use groundwork_contract::{From, LAST_UP, LastUp, Phase, Progress, Stack, Wave};
use groundwork_events::topics::Declared;
use groundwork_node::{Machine, Node, StateDir};
use groundwork_process::wait;
use groundwork_secrets::store::{self, Declared as Secrets};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    boot,
    cli::{Global, Up},
    commands::diff,
    declared,
    doctor::{self, Check, Subject},
    failure::{Exit, Failure},
    gcroot, given,
    lock::Lock,
    network, optional, output,
    progress::Display,
    root, runtime, state,
};

/// For the node's processes, and then the objects, to become ready on an ordinary machine. The slowest,
/// from nothing on two busy cores, take a tenth of it.
const PATIENCE: Duration = Duration::from_secs(300);
/// What a shell reports of a program that Ctrl-C ended: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// What this run was asked for.
struct Run {
    /// When it began, if the node was stopped: whatever was ready before has to prove itself again.
    restarted: Option<Timestamp>,
    /// What each file of topics declares.
    topics: BTreeMap<PathBuf, Declared>,
    /// What each file of secrets declares.
    secrets: BTreeMap<PathBuf, Secrets>,
    /// How long the node's processes, and then the objects, may take to become ready.
    patience: Duration,
    /// Whether topics go that are not declared.
    prune_topics: bool,
}

/// The answer of `up --json`.
#[derive(Serialize)]
struct Answer<'a> {
    from: From,
    ready_seconds: f64,
    endpoints: &'a [Endpoint],
}

pub fn run(global: &Global, arguments: &Up) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let (started, clock) = (Timestamp::now(), Instant::now());
    let Up { with, without, .. } = arguments;
    let chosen = optional::choose(given::named(global)?, &global.state_dir, with, without)?;
    if arguments.dry_run {
        diff::show(global, &chosen.manifest, arguments.json)?;
        return Ok(Exit::Done.into());
    }
    let stack = Stack::read(&chosen.manifest)?;
    // Reads every object, topic and secret, so that a broken file is told before anything is touched.
    let endpoints = groundwork_apply::endpoints(&stack.waves)?;
    let files = stack.waves.iter().filter_map(|wave| wave.topics.as_ref());
    let topics = files
        .map(|file| Ok((file.clone(), Declared::read(file)?)))
        .collect::<Result<_, groundwork_events::Error>>()?;
    let files = stack.waves.iter().filter_map(|wave| wave.secrets.as_ref());
    let secrets = files
        .map(|file| Ok((file.clone(), Secrets::read(file)?)))
        .collect::<Result<_, store::Error>>()?;
    let directory = given::state_dir(global)?;
    leave_on_interrupt(directory.clone());

    let display = Display::start();
    let report = display.report();
    let lock = Lock::take(&global.state_dir, "up", &report)?;
    let status = groundwork_node::status(&directory)?;
    let from = match (state::runs(&status), directory.receipt().exists()) {
        (true, _) => From::Running,
        (false, true) => From::Stopped,
        (false, false) => From::Nothing,
    };
    let checks = doctor::examine(&Subject {
        state: &directory,
        stack: Some(&stack),
        endpoints: &endpoints,
        running: from == From::Running,
    });
    if !doctor::passed(&checks) {
        if from == From::Nothing {
            lock.remove();
        }
        return Err(cannot_work(&checks).into());
    }
    gcroot::protect(&global.state_dir, &chosen.manifest)?;
    let node = Node {
        state: directory,
        stack,
        machine: Machine::detect()?,
    };
    if arguments.enable || boot::is_enabled(&global.state_dir) {
        boot::enable(&global.state_dir, &chosen.manifest, node.machine.systemd)?;
    }
    node.up(&report)?;
    chosen.keep(&global.state_dir)?;
    let run = Run {
        restarted: (from == From::Stopped).then_some(started),
        topics,
        secrets,
        patience: arguments
            .timeout
            .map_or_else(|| wait::longer(PATIENCE), Duration::from_secs),
        prune_topics: arguments.prune_topics,
    };
    let node = Arc::new(node);
    bring(Arc::clone(&node), run, report.clone())?;
    network::wait(&node.state, &node.stack, &endpoints, &report)?;
    drop(display);

    let ready_seconds = clock.elapsed().as_secs_f64();
    let last = LastUp {
        started,
        ready_seconds,
        from,
    };
    let path = global.state_dir.join(LAST_UP);
    // A run that found everything running measured nothing of a start.
    if from != From::Running || !path.exists() {
        fs::write(&path, serde_json::to_vec(&last)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    tell(&last, &endpoints, arguments.json)?;
    Ok(Exit::Done.into())
}

fn tell(last: &LastUp, endpoints: &[Endpoint], json: bool) -> anyhow::Result<()> {
    let LastUp {
        ready_seconds,
        from,
        ..
    } = *last;
    if json {
        output::json(&Answer {
            from,
            ready_seconds,
            endpoints,
        })?;
        return Ok(());
    }
    for line in state::endpoint_lines(endpoints) {
        output::line(line);
    }
    output::line(format!("ready in {ready_seconds:.1} s"));
    Ok(())
}

/// What is in the cluster and the processes' readiness, at the same time. The first failure ends
/// it: what the other still waits for would only hide the reason.
fn bring<R>(node: Arc<Node>, run: Run, report: R) -> anyhow::Result<()>
where
    R: Fn(Progress) + Clone + Send + Sync + 'static,
{
    let (done, results) = mpsc::channel();
    let patience = run.patience;
    let contents = {
        let (node, report, done) = (Arc::clone(&node), report.clone(), done.clone());
        move || drop(done.send(fill(&node, &run, &report)))
    };
    let network = {
        let (node, done) = (Arc::clone(&node), done.clone());
        move || {
            if let Some(failure) = network::blame(&node.state, &node.stack, patience) {
                drop(done.send(Err(failure.into())));
            }
        }
    };
    let processes = move || {
        let ready = node.wait_all_ready(patience, &report);
        drop(done.send(ready.map_err(anyhow::Error::from)));
    };
    thread::spawn(contents);
    thread::spawn(network);
    thread::spawn(processes);
    // The network says something only when it is in the way.
    for _ in 0..2 {
        // All senders are gone when a part panics, so this ends all the same.
        results
            .recv()
            .context("a part of `up` ended unexpectedly")??;
    }
    Ok(())
}

/// Images while the control plane boots, then objects: a pod that is there before its image waits
/// for the kubelet's back-off.
fn fill<R: Fn(Progress) + Send + Sync>(node: &Node, run: &Run, report: &R) -> anyhow::Result<()> {
    let patience = run.patience;
    node.wait_ready("containerd", patience, report)?;
    node.load_images(report)?;
    node.wait_ready("kube-apiserver", patience, report)?;
    runtime::new()?.block_on(async {
        let mut cluster = Cluster::connect(&node.state.kubeconfig()).await?;
        if let Some(started) = run.restarted {
            cluster = cluster.restarted_at(started);
        }
        // Before the pods that mount them.
        for declared in run.secrets.values() {
            declared::secrets(&node.state, declared, "declared by the stack", report).await?;
        }
        let then = async |wave: &Wave| {
            if let Some(topics) = wave.topics.as_ref().and_then(|file| run.topics.get(file)) {
                declared::topics(&node.stack, topics, run.prune_topics, report).await?;
            }
            anyhow::Ok(())
        };
        let applied = cluster
            .apply(&Owner::Stack, &node.stack.waves, report, patience, then)
            .await?;
        report(Progress::new(
            "objects",
            Phase::Ready,
            format!(
                "{} created, {} changed, {} unchanged, {} pruned",
                applied.created, applied.changed, applied.unchanged, applied.pruned
            ),
        ));
        Ok(())
    })
}

fn cannot_work(checks: &[Check]) -> Failure {
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.status == doctor::Status::Fail)
        .collect();
    let mut message = "this machine cannot run the stack now:".to_owned();
    for check in &failed {
        message += &format!("\n  {}: {}", check.name, check.found);
    }
    let fixes: Vec<_> = failed.iter().map(|check| check.fix.as_str()).collect();
    Failure::machine(message).hint(fixes.join("\n      "))
}

/// Ctrl-C ends the watching, not the node: says so, and how to stop it.
fn leave_on_interrupt(state: StateDir) {
    thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            return;
        };
        if runtime.block_on(tokio::signal::ctrl_c()).is_err() {
            return;
        }
        let supervised =
            groundwork_node::status(&state).is_ok_and(|status| status.supervisor_pid.is_some());
        output::note(if supervised {
            "\ninterrupted: the node keeps starting in the background\n\
             hint: `groundwork up` goes on from here; `groundwork down` stops the node"
        } else {
            "\ninterrupted: no process of the node runs yet\n\
             hint: `groundwork up` goes on from here; `groundwork destroy` removes what is there"
        });
        process::exit(INTERRUPTED);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failed_check_is_named_with_its_fix() {
        let check = |name: &str, status| Check {
            name: name.into(),
            status,
            found: format!("too little {name}"),
            fix: format!("more {name}"),
        };
        let checks = [
            check("memory", doctor::Status::Fail),
            check("inotify", doctor::Status::Warn),
            check("disk", doctor::Status::Fail),
        ];
        let error = cannot_work(&checks);
        assert_eq!(error.exit(), Exit::Machine);
        assert_eq!(
            error.to_string(),
            "this machine cannot run the stack now:\n  memory: too little memory\n  disk: too little disk"
        );
        assert_eq!(error.remedy(), Some("more memory\n      more disk"));
    }
}
