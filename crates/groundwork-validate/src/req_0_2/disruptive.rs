//! What the bus keeps when its broker is restarted, killed, or stopped with the node.

use std::time::{Duration, Instant};

use groundwork_events::ledger::{Ledger, Pace, read_back, verify};
use groundwork_stack::role;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::DeleteParams};

use super::topic::{READ, Topic, first_of, numbers};
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    node,
    test_bed::{container, plain},
    wait::until,
};

/// For the broker to take records again: a restart with its back-off, recovery included.
const BACK: Duration = Duration::from_secs(60);
/// How often the broker is killed.
const KILLS: i32 = 20;
/// How much must be acknowledged between two kills: more than can be on its way at once, so that each
/// recovery is seen by records of its own.
const BETWEEN: usize = 1500;

pub(super) async fn broker_restart(context: &Context) -> Verdict {
    keeps(context, "restart", async || {
        let pods = pods(context).await?;
        let before = pods
            .get(&pod_name(context)?)
            .await
            .map_err(plain)?
            .metadata
            .uid;
        pods.delete(&pod_name(context)?, &DeleteParams::default())
            .await
            .map_err(plain)?;
        until("the broker's new pod", BACK, async || {
            let pod = pods.get(&pod_name(context)?).await.map_err(plain)?;
            match groundwork_apply::trouble(&pod) {
                None if pod.metadata.uid != before => Ok(()),
                None => Err("the old one is still there".into()),
                Some(trouble) => Err(Failure::from(trouble)),
            }
        })
        .await
    })
    .await
}

pub(super) async fn down_and_up(context: &Context) -> Verdict {
    keeps(context, "down", async || {
        context.launch(&["down"]).await?;
        context.launch(&["up"]).await
    })
    .await
}

/// Reads half of what a topic holds, lets `restart` happen, and goes on.
async fn keeps(
    context: &Context,
    name: &str,
    restart: impl AsyncFnOnce() -> Result<(), Failure>,
) -> Verdict {
    let topic = Topic::new(context, name, 1, &[]).await?;
    topic.publish(0..200, 1).await?;
    let group = topic.group("a")?;
    let first = group.take(100, READ).await?;
    group.commit(&first[99]).await?;
    drop(group);
    let started = Instant::now();
    restart().await?;
    let took = duration(started.elapsed());
    let rest = numbers(&topic.group("a")?.take(100, READ).await?);
    let all = topic.group("b")?.take(200, READ).await?.len();
    topic.delete().await?;
    judged(
        rest == (100..200).collect::<Vec<_>>(),
        format!(
            "back after {took}, {all} of 200 there, the group went on at number {}",
            first_of(&rest)
        ),
    )
}

pub(super) async fn killed(context: &Context) -> Verdict {
    let topic = Topic::new(context, "killed", 4, &[]).await?;
    let pace = Pace {
        keys: 8,
        rate: 2000,
    };
    let ledger = Ledger::start(&topic.bus, &topic.name, pace).await?;
    let mut recoveries = vec![];
    let before = restarts(context).await?;
    for _ in 0..KILLS {
        more(&ledger, BETWEEN).await?;
        kill(context).await?;
        let killed = Instant::now();
        more(&ledger, BETWEEN).await?;
        recoveries.push(killed.elapsed());
    }
    let restarts = restarts(context).await? - before;
    let books = ledger.stop(BACK).await?;
    let read = read_back(&topic.bus, &topic.name, BACK).await?;
    let verdict = verify(&books.acknowledged, &read);
    topic.delete().await?;
    let each: Vec<_> = recoveries
        .iter()
        .map(|recovery| format!("{:.1}", recovery.as_secs_f64()))
        .collect();
    judged(
        verdict.is_clean() && books.failed.is_empty() && restarts >= KILLS,
        format!(
            "{restarts} restarts, {} acknowledged, {} lost, {} out of order, {} twice, {} given up; back after {} s",
            verdict.acknowledged,
            verdict.lost.len() + verdict.misplaced.len(),
            verdict.out_of_order.len(),
            verdict.duplicates.len(),
            books.failed.len(),
            each.join(", ")
        ),
    )
}

/// The broker's one pod.
fn pod_name(context: &Context) -> Result<String, Failure> {
    Ok(format!("{}-0", context.workload(role::EVENT_BUS)?.0))
}

/// Waits until `count` records more are acknowledged.
async fn more(ledger: &Ledger, count: usize) -> Result<(), Failure> {
    let wanted = ledger.acknowledged() + count;
    until("acknowledgements", BACK, async || {
        match ledger.acknowledged() {
            enough if enough >= wanted => Ok(()),
            few => Err(Failure::from(format!("{few} of {wanted}"))),
        }
    })
    .await
}

/// Ends the broker's process as the kernel would.
async fn kill(context: &Context) -> Result<(), Failure> {
    let pods = pods(context).await?;
    // While it is being restarted there is nothing to kill.
    until("the broker's process", BACK, async || {
        let pod = pods.get(&pod_name(context)?).await.map_err(plain)?;
        let (id, _) = container(&pod, context.workload(role::EVENT_BUS)?.0)?;
        node::kill_container(context, &id).await
    })
    .await
}

/// How often the broker's container was started again.
async fn restarts(context: &Context) -> Result<i32, Failure> {
    let pod = pods(context)
        .await?
        .get(&pod_name(context)?)
        .await
        .map_err(plain)?;
    Ok(container(&pod, context.workload(role::EVENT_BUS)?.0)?.1)
}

async fn pods(context: &Context) -> Result<Api<Pod>, Failure> {
    let cluster = context.cluster().await?;
    Ok(Api::namespaced(
        cluster.client().clone(),
        context.workload(role::EVENT_BUS)?.1,
    ))
}
