//! The node is stopped and started again.

use std::time::Instant;

use super::hello;
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{test_bed::TestBed, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "`down` and `up` keep services and data",
    bound: "the test service reads what it wrote before",
    run: |context| Box::pin(down_and_up(context)),
    ..Check::DISRUPTIVE
}];

async fn down_and_up(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let note = format!("written before `down` at {}", jiff::Timestamp::now());
    bed.write_note("down", &note).await?;
    context.launch(&["down"]).await?;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let took = duration(started.elapsed());
    hello::answers(context).await?;
    let found = TestBed::ready(context).await?.read_note("down").await?;
    judged(found == note, format!("`up` in {took}, read '{found}'"))
}
