//! What the bus keeps when its broker is killed, over and over.

use std::time::Instant;

use groundwork_events::ledger::{Ledger, Pace, read_back, verify};

use super::{
    broker::{self, BACK},
    topic::Topic,
};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, group, judged},
    shared::wait::wait_for,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.2",
    name: "20 times kill -9 of the broker lose no acknowledged message",
    bound: "0 lost, 0 out of order, 0 twice",
    turn: Turn::Group(group::BROKER_AND_LOGS),
    run: |context| Box::pin(killed(context)),
    ..Check::DISRUPTIVE
}];

/// How often the broker is killed.
const KILLS: i32 = 20;
/// How much must be acknowledged between two kills: more than can be on its way at once, so that each
/// recovery is seen by records of its own.
const BETWEEN: usize = 1500;

async fn killed(context: &Context) -> Verdict {
    let topic = Topic::new(context, "killed", 4, &[]).await?;
    let pace = Pace {
        keys: 8,
        rate: 2000,
    };
    let ledger = Ledger::start(&topic.bus, &topic.name, pace).await?;
    let mut recoveries = vec![];
    let before = broker::restarts(context).await?;
    for _ in 0..KILLS {
        more(&ledger, BETWEEN).await?;
        broker::kill(context).await?;
        let killed = Instant::now();
        more(&ledger, BETWEEN).await?;
        recoveries.push(killed.elapsed());
    }
    let restarts = broker::restarts(context).await? - before;
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

/// Waits until `count` records more are acknowledged.
async fn more(ledger: &Ledger, count: usize) -> Result<(), CheckFailure> {
    let wanted = ledger.acknowledged() + count;
    wait_for("acknowledgements", BACK, async || {
        match ledger.acknowledged() {
            enough if enough >= wanted => Ok(()),
            few => Err(CheckFailure::from(format!("{few} of {wanted}"))),
        }
    })
    .await
}
