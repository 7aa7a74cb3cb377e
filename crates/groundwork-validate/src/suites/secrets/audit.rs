//! `secret audit` shows who read what.

use std::time::Instant;

use serde_json::Value;

use super::own::{FIELD, Own, marker, secret};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{signals::FOUND, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "`secret audit` shows who read what",
    bound: "one read, with the person who called",
    run: |context| Box::pin(shown(context)),
    ..Check::GENTLE
}];

async fn shown(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    own.set(&marker()).await?;
    secret(
        context,
        &format!("get {} {FIELD} --reveal", own.words()),
        "",
    )
    .await?;
    let started = Instant::now();
    let audit = format!("audit {} --since 10m --json", own.words());
    let read = wait_for("the read", FOUND, async || {
        let shown: Vec<Value> = serde_json::from_str(&secret(context, &audit, "").await?)?;
        let of_command = |it: &&Value| it["agent"] == "groundwork-secret/get";
        let reads: Vec<_> = shown.iter().filter(of_command).collect();
        match reads.as_slice() {
            [read] => Ok((*read).clone()),
            reads => Err(CheckFailure::from(format!(
                "{} reads in {} accesses",
                reads.len(),
                shown.len()
            ))),
        }
    });
    let read = read.await?;
    let text = |field: &str| read[field].as_str().unwrap_or_default().to_owned();
    let (user, verb) = (text("user"), text("verb"));
    let same = read["name"] == own.id.name && read["namespace"] == own.id.namespace;
    judged(
        same && verb == "get"
            && text("code") == "200"
            && user.len() > 5
            && user.starts_with("user:"),
        format!(
            "{verb} by {user} (as {}) from {} with {}, {} after it",
            text("impersonator"),
            text("source"),
            text("code"),
            duration(started.elapsed())
        ),
    )
}
