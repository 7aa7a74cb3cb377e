//! A change of a service is rolled out while requests come.

use std::{
    fs::OpenOptions,
    io::Write,
    time::{Duration, Instant},
};

use futures::future::{join, join_all};
use tokio::{sync::watch, time::interval};

use super::own::{AXUM, BUILT, CHECK, FASTAPI, Kind, Own};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{ingress, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a changed service in Python is rolled out without a failed request",
        bound: "none of those that came meanwhile, 200 in each second",
        deadline: BUILT,
        run: |context| Box::pin(rolled_out(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a changed service in Rust is rolled out without a failed request",
        bound: "none of those that came meanwhile, 200 in each second",
        deadline: BUILT,
        run: |context| Box::pin(rolled_out(context, &AXUM)),
        ..CHECK
    },
];

/// Clients, each of which asks once in a [`PACE`]: 200 requests a second.
const CLIENTS: usize = 10;
const PACE: Duration = Duration::from_millis(50);
/// Requests go on for as long after the new pod is ready as the old one may still take some.
const AFTER: Duration = Duration::from_secs(5);

async fn rolled_out(context: &Context, kind: &'static Kind) -> Verdict {
    let (own, _) = Own::deployed(context, kind).await?;
    let mut source = OpenOptions::new()
        .append(true)
        .open(own.folder.join(kind.source.0))?;
    writeln!(source, "{} changed", kind.source.1)?;
    let (end, ended) = watch::channel(false);
    let deploying = async {
        let started = Instant::now();
        let deployed = own.deploy(context).await;
        let took = started.elapsed();
        let mut clock = interval(AFTER);
        // The first tick is at once.
        clock.tick().await;
        clock.tick().await;
        end.send_replace(true);
        deployed.map(|()| took)
    };
    let client = ingress::client()?;
    let clients = (0..CLIENTS).map(|_| ask(context, &own, &client, ended.clone()));
    let (took, asked) = join(deploying, join_all(clients)).await;
    let took = took?;
    let requests: usize = asked.iter().map(|it| it.requests).sum();
    let failed: Vec<_> = asked.into_iter().flat_map(|it| it.failed).collect();
    let why = failed
        .first()
        .map(|first| format!(" ({first})"))
        .unwrap_or_default();
    judged(
        failed.is_empty(),
        format!(
            "{} of {requests} requests failed{why}; the change answers after {}",
            failed.len(),
            duration(took)
        ),
    )
}

/// What one client has seen.
#[derive(Default)]
struct Asked {
    requests: usize,
    failed: Vec<String>,
}

async fn ask(
    context: &Context,
    own: &Own,
    client: &reqwest::Client,
    end: watch::Receiver<bool>,
) -> Asked {
    let (mut asked, mut pace) = (Asked::default(), interval(PACE));
    while !*end.borrow() {
        pace.tick().await;
        asked.requests += 1;
        match own.get(context, client, "/items").await {
            Ok((200, _)) => {}
            Ok((status, said)) => asked.failed.push(format!("status {status}: {said}")),
            Err(failure) => asked.failed.push(words(&failure)),
        }
    }
    asked
}

fn words(failure: &CheckFailure) -> String {
    groundwork_process::error::chain(&**failure)
}
