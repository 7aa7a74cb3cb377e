//! Many services of one template at once.

use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_contract::Progress;

use super::{Bench, pod::ThePod};
use crate::bench::{figure::Figure, rest::rest};

const SERVICES: usize = 30;
/// Deployments at once: each waits for its pod for the most part.
const AT_ONCE: usize = 4;
/// What all take at rest is counted for so long, after as long.
const MINUTE: Duration = Duration::from_secs(60);

/// Makes them, deploys them, and counts what they take when they have nothing to do.
pub(super) async fn measure<R: Fn(Progress) + Sync>(
    bench: &Bench<'_, R>,
) -> anyhow::Result<Vec<Figure>> {
    let names: Vec<_> = (1..=SERVICES)
        .map(|number| bench.name(&format!("{number:02}")))
        .collect();
    for name in &names {
        bench.new_service(name, "fastapi")?;
    }
    let started = Instant::now();
    let left = Mutex::new(names.iter());
    let next = || left.lock().ok().and_then(|mut left| left.next());
    thread::scope(|scope| {
        let deploy = || {
            while let Some(name) = next() {
                bench.deploy(name)?;
            }
            anyhow::Ok(())
        };
        let deploying: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(deploy)).collect();
        deploying.into_iter().try_for_each(|thread| {
            let ended = thread.join();
            ended.ok().context("a deployment ended early")?
        })
    })?;
    let ready = started.elapsed();
    let mut pods = vec![];
    for name in &names {
        pods.push(ThePod::of(bench.global, name).await?);
    }
    rest(MINUTE).await;
    let cpu = || pods.iter().map(ThePod::cpu).sum::<anyhow::Result<f64>>();
    let before = cpu()?;
    rest(MINUTE).await;
    let cores = (cpu()? - before) / MINUTE.as_secs_f64();
    let memory = pods
        .iter()
        .map(ThePod::memory)
        .sum::<anyhow::Result<f64>>()?;
    Ok(vec![
        Figure::new("thirty_services_ready", ready.as_secs_f64(), "s"),
        Figure::new("thirty_services_memory", memory, "bytes"),
        Figure::new("thirty_services_cpu", cores, "cores"),
    ])
}
