//! `secret rotate-key`: everything under a new key, and the old one gone.
//!
//! Each step can be cut off; the next run goes on with the key that this one has made. The old key
//! is forgotten only when etcd itself shows that nothing needs it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use groundwork_contract::{Phase, Progress, Report};
use groundwork_node::{Machine, Node, encryption};
use groundwork_process::wait;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{
    cli::Global, failure::Failure, gcroot, given, lock::Lock, output, progress::Display, secrets,
    state,
};

/// For the API server to be back with other keys; it takes 3 to 5 s.
const BACK: Duration = Duration::from_secs(60);

/// The answer of `rotate-key --json`.
#[derive(Serialize)]
struct Answer {
    /// The key that everything is encrypted with now.
    key: String,
    /// How many Secret objects that are.
    objects: usize,
    seconds: f64,
}

pub fn run(global: &Global, json: bool, runtime: &Runtime) -> anyhow::Result<()> {
    let started = Instant::now();
    let state = given::state_dir(global)?;
    let display = Display::start();
    let report = display.report();
    let lock = Lock::take(&global.state_dir, "secret rotate-key", &report)?;
    // Looked at under the lock: a `down` or `destroy` may have come first.
    if !state::runs(&groundwork_node::status(&state)?) {
        if !state.receipt().exists() {
            lock.remove();
        }
        return Err(Failure::stack("the stack does not run")
            .hint("groundwork up")
            .into());
    }
    // As for `up`: what this launcher's stack runs is not to be collected.
    gcroot::protect(&global.state_dir, &given::manifest(global)?)?;
    let node = Node {
        state,
        stack: given::stack(global)?,
        machine: Machine::detect()?,
    };
    let key = encryption::add_key(&node.state)?.writes;
    tell(
        &report,
        Phase::Starting,
        format!("the API server takes {key}"),
    );
    take_over(&node, &report)?;
    let objects = runtime.block_on(async {
        tell(
            &report,
            Phase::Starting,
            format!("writes every Secret object again, with {key}"),
        );
        let store = secrets::open(&node.state, "rotate-key").await?;
        anyhow::Ok(store.rewrite_all().await?)
    })?;
    prove(&node, &key)?;
    encryption::forget_old_keys(&node.state)?;
    tell(
        &report,
        Phase::Starting,
        "the API server forgets the old key".into(),
    );
    take_over(&node, &report)?;
    // What was written over is still in etcd's history.
    encryption::compact(&node.state, &node.stack)?;
    prove(&node, &key)?;
    tell(
        &report,
        Phase::Ready,
        format!("{objects} objects with {key}"),
    );
    drop(display);

    let seconds = started.elapsed().as_secs_f64();
    if json {
        return Ok(output::json(&Answer {
            key,
            objects,
            seconds,
        })?);
    }
    output::line(format!(
        "{objects} Secret objects are encrypted with {key}, the old key is gone ({seconds:.1} s)"
    ));
    Ok(())
}

/// Restarts the API server, whose file of keys has changed.
fn take_over(node: &Node, report: &Report) -> anyhow::Result<()> {
    node.up(report)?;
    node.wait_ready("kube-apiserver", wait::longer(BACK), report)?;
    Ok(())
}

/// Looks into etcd whether every Secret object is encrypted with `key`.
fn prove(node: &Node, key: &str) -> anyhow::Result<()> {
    let stored = encryption::stored(&node.state, &node.stack)
        .context("cannot see in etcd which key its objects are encrypted with")?;
    let others = stored.iter().filter(|it| it.key.as_deref() != Some(key));
    let others: Vec<_> = others.map(|it| it.object.as_str()).collect();
    match others.is_empty() {
        true => Ok(()),
        false => Err(Failure::stack(format!(
            "these are not encrypted with {key}: {}",
            others.join(", ")
        ))
        .hint("run it again; no key is forgotten before it is needed no more")
        .into()),
    }
}

fn tell(report: &Report, phase: Phase, words: String) {
    report(Progress::new("encryption", phase, words));
}
