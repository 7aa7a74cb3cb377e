//! A secret is kept, found and read by the commands.

use std::{process::Output, time::Instant};

use serde_json::Value;

use super::own::{FIELD, Own, attempt, marker, secret};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{namespace::NAMESPACE, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a secret is kept, found and read by the commands",
    bound: "the same value, with who and why; refused without --reveal and as an argument",
    run: |context| Box::pin(kept(context)),
    ..Check::GENTLE
}];

/// The exit code of a command that was used wrongly.
const WRONG_USE: i32 = 2;

async fn kept(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    let (which, value, other) = (own.words(), marker(), marker());
    let started = Instant::now();
    let set = format!("set {which} {FIELD} --kind token --why checked");
    secret(context, &set, &format!("{value}\n")).await?;
    let set = duration(started.elapsed());
    let started = Instant::now();
    let shown = secret(context, &format!("get {which} {FIELD} --reveal"), "").await?;
    let get = duration(started.elapsed());
    let history = entries(context, &format!("history {which} --json")).await?;
    let list = entries(context, &format!("list -n {NAMESPACE} --json")).await?;
    let hidden = attempt(context, &format!("get {which} {FIELD}"), "").await?;
    let argument = attempt(context, &format!("set {which} {FIELD}={other}"), "").await?;

    let listed = list.iter().find(|entry| entry["name"] == own.id.name);
    let version = history.first().ok_or("its history is empty")?;
    let who = version["who"].as_str().unwrap_or_default();
    let faults = [
        (shown != value, "another value is shown"),
        (history.len() != 1, "its history has other versions"),
        (version["version"] != 1, "it is not version 1"),
        (version["why"] != "checked", "why is not known"),
        (!who.starts_with("user:"), "no person is known as who"),
        (
            listed.is_none_or(|entry| entry["kind"] != "token"),
            "it is not listed as a token",
        ),
        (!refuses(&hidden, &value), "it is shown without --reveal"),
        (!refuses(&argument, &other), "an argument is taken"),
    ];
    let faults: Vec<_> = faults.iter().filter(|it| it.0).map(|it| it.1).collect();
    judged(
        faults.is_empty(),
        match faults.as_slice() {
            [] => format!("version 1 by {who}; set in {set}, read in {get}"),
            faults => faults.join(", "),
        },
    )
}

/// Whether a command ended as one that was used wrongly, said why, and said nothing of `value`.
fn refuses(output: &Output, value: &str) -> bool {
    let said = [&*output.stdout, &*output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    output.status.code() == Some(WRONG_USE) && said.contains("hint:") && !said.contains(value)
}

async fn entries(context: &Context, words: &str) -> Result<Vec<Value>, CheckFailure> {
    Ok(serde_json::from_str(&secret(context, words, "").await?)?)
}
