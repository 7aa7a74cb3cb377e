//! Each node process is killed, and comes back.

use std::time::{Duration, Instant};

use super::hello;
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, judged},
    shared::{node, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "each node process is killed and comes back",
    bound: "ready again within 60 s each, hello answers",
    speed: Speed::Also,
    run: |context| Box::pin(processes(context)),
    ..Check::DISRUPTIVE
}];

/// How long a killed node process may take until it is ready again, its back-off included.
const BACK: Duration = Duration::from_secs(60);

async fn processes(context: &Context) -> Verdict {
    let (mut back, mut in_time) = (vec![], true);
    for (name, pid) in node::pids(&context.state)? {
        let started = Instant::now();
        node::kill(pid)?;
        wait_for(&name, BACK, async || {
            let status = node::status(context).await?;
            let state = status.processes.iter().find(|process| process.name == name);
            let state = state.ok_or("nobody starts it again")?;
            match node::pids(&context.state)?.get(&name) {
                Some(new) if *new != pid && state.ready => Ok(()),
                Some(new) if *new != pid => Err(CheckFailure::from(state.reason.clone())),
                _ => Err("it was not started again".into()),
            }
        })
        .await?;
        let took = started.elapsed();
        in_time &= context.in_time(took, BACK);
        hello::answers(context)
            .await
            .map_err(|failure| format!("after {name} was killed: {failure}"))?;
        back.push(format!("{name} {}", duration(took)));
    }
    judged(in_time && !back.is_empty(), back.join(", "))
}
