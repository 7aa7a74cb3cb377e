//! What the bus keeps when its broker is restarted, or stopped with the node.

use std::time::Instant;

use kube::api::DeleteParams;

use super::{
    broker::{BACK, pod_name, pods},
    topic::{READ, Topic, first_of, numbers},
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{objects::plain, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.2",
        name: "messages and offsets survive a restart of the broker",
        bound: "nothing lost, the group goes on where it was",
        run: |context| Box::pin(broker_restart(context)),
        ..Check::DISRUPTIVE
    },
    Check {
        requirement: "REQ-0.2",
        name: "messages and offsets survive `down` and `up`",
        bound: "nothing lost, the group goes on where it was",
        run: |context| Box::pin(down_and_up(context)),
        ..Check::DISRUPTIVE
    },
];

async fn broker_restart(context: &Context) -> Verdict {
    keeps(context, "restart", async || {
        let (pods, name) = (pods(context).await?, pod_name(context)?);
        let before = pods.get(&name).await.map_err(plain)?.metadata.uid;
        let params = DeleteParams::default();
        pods.delete(&name, &params).await.map_err(plain)?;
        wait_for("the broker's new pod", BACK, async || {
            let pod = pods.get(&name).await.map_err(plain)?;
            match groundwork_apply::trouble(&pod) {
                None if pod.metadata.uid != before => Ok(()),
                None => Err("the old one is still there".into()),
                Some(trouble) => Err(CheckFailure::from(trouble)),
            }
        })
        .await
    })
    .await
}

async fn down_and_up(context: &Context) -> Verdict {
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
    restart: impl AsyncFnOnce() -> Result<(), CheckFailure>,
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
