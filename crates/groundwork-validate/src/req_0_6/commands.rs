//! What a person does with `groundwork secret`: keeping and finding values, and going back.

use std::{
    process::Output,
    time::{Duration, Instant},
};

use groundwork_secrets::store::{Error, KEPT};
use http::Request;
use serde_json::Value;

use super::{
    asker::{Asker, Who},
    http,
    own::{FIELD, Own, attempt, marker, secret, token},
    pod::{Guard, Way},
    status,
};
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    test_bed::NAMESPACE,
    wait::until,
};

/// The exit code of a command that was used wrongly.
const WRONG_USE: i32 = 2;
/// For the kubelet to bring a change into a pod's files, and the service to look at them.
const IN_FILES: Duration = Duration::from_secs(90);

pub(super) async fn kept(context: &Context) -> Verdict {
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

async fn entries(context: &Context, words: &str) -> Result<Vec<Value>, Failure> {
    Ok(serde_json::from_str(&secret(context, words, "").await?)?)
}

pub(super) async fn restored(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    let (which, first) = (own.words(), marker());
    let set = format!("set {which} {FIELD} --kind token");
    for value in [first.clone(), marker(), marker()] {
        secret(context, &set, &value).await?;
    }
    secret(context, &format!("rollback {which} --to 1"), "").await?;
    let back = token(&own.store, &own.id).await? == first;
    let four = versions(&own).await?;

    let pod = (own.id.namespace.as_str(), own.id.name.as_str());
    let guard = Guard::start(context, pod, &own.id.name, Way::Volume).await?;
    let client = http()?;
    until("the pod's use of it", IN_FILES, async || {
        match status(&client, guard.url(), &first).await? {
            200 => Ok(()),
            other => Err(Failure::from(format!("it answers {other}"))),
        }
    })
    .await?;

    for _ in 0..8 {
        own.set(&marker()).await?;
    }
    let kept = versions(&own).await?;
    let fixed = own.id.version(12);
    let path = format!("/api/v1/namespaces/{NAMESPACE}/secrets/{fixed}");
    let change = Request::patch(path)
        .header("content-type", "application/merge-patch+json")
        .body(br#"{"data":{"token":"YQ=="}}"#.to_vec())?;
    let admin = Asker::new(context, Who::Admin, "groundwork-validate").await?;
    let change = admin.status(change).await?;

    secret(context, &format!("delete {which} --yes"), "").await?;
    let started = Instant::now();
    let gone = matches!(own.store.history(&own.id).await, Err(Error::NotThere(_)))
        && matches!(
            own.store.read(&own.id, Some(12)).await,
            Err(Error::NoVersion { .. })
        );
    until("its end for the pod", IN_FILES, async || {
        match status(&client, guard.url(), "").await? {
            503 => Ok(()),
            other => Err(Failure::from(format!("it answers {other}"))),
        }
    })
    .await?;
    judged(
        back && four == [4, 3, 2, 1]
            && kept == (3..=12).rev().collect::<Vec<_>>()
            && kept.len() == KEPT
            && change == 422
            && gone,
        format!(
            "back to the first: {back}, history {four:?}; after 12 there are {} from {}; \
             a change of one: {change}; all gone: {gone}, for its service after {}",
            kept.len(),
            kept.last().copied().unwrap_or_default(),
            duration(started.elapsed())
        ),
    )
}

/// The versions that are kept, newest first.
async fn versions(own: &Own) -> Result<Vec<u32>, Failure> {
    let history = own.store.history(&own.id).await?;
    Ok(history.iter().map(|entry| entry.version).collect())
}
