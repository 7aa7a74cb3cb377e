//! A version is restored from history.

use std::time::{Duration, Instant};

use groundwork_secrets::store::{Error, KEPT};
use http::Request;

use super::{
    asker::{Asker, Who},
    guard::{Guard, Way},
    hello::{http, status},
    own::{FIELD, Own, marker, secret, token},
};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, judged},
    shared::{namespace::NAMESPACE, wait::wait_for, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a version is restored from history",
    bound: "the first value again, 10 versions kept, none changed; a deleted one gone for its service",
    // The kubelet or an alert is waited for several times.
    deadline: Duration::from_secs(360),
    turn: Turn::Aside,
    run: |context| Box::pin(restored(context)),
    ..Check::GENTLE
}];

/// For the kubelet to bring a change into a pod's files, and the service to look at them.
const IN_FILES: Duration = Duration::from_secs(90);

async fn restored(context: &Context) -> Verdict {
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
    wait_for("the pod's use of it", IN_FILES, async || {
        match status(&client, guard.url(), &first).await? {
            200 => Ok(()),
            other => Err(CheckFailure::from(format!("it answers {other}"))),
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
    wait_for("its end for the pod", IN_FILES, async || {
        match status(&client, guard.url(), "").await? {
            503 => Ok(()),
            other => Err(CheckFailure::from(format!("it answers {other}"))),
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
async fn versions(own: &Own) -> Result<Vec<u32>, CheckFailure> {
    let history = own.store.history(&own.id).await?;
    Ok(history.iter().map(|entry| entry.version).collect())
}
