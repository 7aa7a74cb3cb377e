//! The supervisor is killed, and `up` brings it back.

use std::time::Instant;

use super::hello;
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{node, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "the supervisor is killed and `up` brings it back",
    bound: "a new supervisor, the same node processes, hello answers",
    run: |context| Box::pin(supervisor(context)),
    ..Check::DISRUPTIVE
}];

async fn supervisor(context: &Context) -> Verdict {
    let old = node::status(context).await?.supervisor_pid;
    let old = old.ok_or("no supervisor runs")?;
    let processes = node::pids(&context.state)?;
    node::kill(old)?;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let took = duration(started.elapsed());
    let status = node::status(context).await?;
    let new = status.supervisor_pid.ok_or("`up` started no supervisor")?;
    let after = node::pids(&context.state)?;
    let restarted: Vec<_> = processes
        .iter()
        .filter(|(name, pid)| after.get(*name) != Some(pid))
        .map(|(name, _)| name.as_str())
        .collect();
    hello::answers(context).await?;
    let measured = format!("supervisor {old} -> {new}, `up` in {took}");
    match restarted.as_slice() {
        [] => judged(new != old, measured),
        names => Err(format!("{measured}, but restarted: {}", names.join(", ")).into()),
    }
}
