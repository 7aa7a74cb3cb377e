//! Every access to a Secret is one record.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use groundwork_process::wait::over;
use groundwork_signals::{
    Window,
    logs::{Line, of_service, quoted},
};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use serde_json::json;

use super::{
    accesses::{self, Access, By, Counts, THERE},
    account,
    asker::{AUDIT, Asker, Who},
};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, judged},
    shared::{
        namespace::NAMESPACE,
        objects::apply,
        signals::{FOUND, logs, run_name},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "every access to a Secret is one record",
    bound: "1000/1000, the same by verb, user and code, none without source and time",
    turn: Turn::Aside,
    run: |context| Box::pin(complete(context)),
    ..Check::GENTLE
}];

/// Accesses under way at once.
const AT_ONCE: usize = 16;
/// Once all records are there: for one that comes twice.
const SETTLED: Duration = Duration::from_secs(5);
/// The one whom the records call so could not say who they are.
const UNKNOWN: &str = "unauthenticated";

async fn complete(context: &Context) -> Verdict {
    let cluster = context.cluster().await?;
    let account = account::create(&cluster).await?;
    let secrets: Api<Secret> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    apply(&secrets, THERE, json!({"stringData": {"check": "checked"}})).await?;

    let agent = format!("groundwork-check/{}", run_name());
    let admin = Asker::new(context, Who::Admin, &agent).await?;
    let nobody = Asker::new(context, Who::Account(NAMESPACE, &account), &agent).await?;
    let stranger = Asker::new(context, Who::Stranger, &agent).await?;
    let asker = |by| match by {
        By::Admin => &admin,
        By::Nobody => &nobody,
        By::Stranger => &stranger,
    };
    let (from, started) = (Timestamp::now(), Instant::now());
    let done = stream::iter(
        accesses::in_no_order()
            .into_iter()
            .map(|unit| carry_out(unit, asker)),
    );
    let done: Vec<_> = done.buffer_unordered(AT_ONCE).try_collect().await?;
    let (mut sent, took, ended) = (Counts::default(), started.elapsed(), Instant::now());
    for access in done.concat() {
        sent.add(access.by, access.verb, access.code);
    }

    let window = Window {
        from,
        to: Timestamp::now() + SignedDuration::from_secs(60),
    };
    let query = format!(
        "{} {window} userAgent:={}",
        of_service(AUDIT),
        quoted(&agent)
    );
    let logs = logs(context)?;
    let found = wait_for("the records", FOUND, async || {
        let found = logs.count(&query).await?;
        match usize::try_from(found)? >= sent.sum() {
            true => Ok(ended.elapsed()),
            false => Err(CheckFailure::from(format!("{found} of {}", sent.sum()))),
        }
    });
    let found = found.await?;
    over(SETTLED).await;
    let lines = logs.search(&query).await?;
    let user = account::user_name(&account);
    let (mut recorded, mut incomplete) = (Counts::default(), vec![]);
    for line in &lines {
        match read(line, &user, window) {
            Ok((by, code)) => recorded.add(by, line.field("verb"), code),
            Err(missing) => incomplete.push(missing),
        }
    }
    let mut faults = sent.differences(&recorded);
    faults.extend(incomplete.first().map(|first| {
        let count = incomplete.len();
        format!("{count} records that are not complete: {first}")
    }));
    judged(
        faults.is_empty() && lines.len() == sent.sum(),
        format!(
            "{}/{}: {} allowed, {} denied, {} absent or there already; sent in {}, on record {} after the last{}",
            lines.len(),
            sent.sum(),
            sent.with(&[200, 201]),
            sent.with(&[401, 403]),
            sent.with(&[404, 409]),
            duration(took),
            duration(found),
            match faults.as_slice() {
                [] => String::new(),
                faults => format!("; {}", faults.join(", ")),
            }
        ),
    )
}

/// Carries out accesses one after the other.
async fn carry_out<'a>(
    unit: Vec<Access>,
    asker: impl Fn(By) -> &'a Asker,
) -> Result<Vec<Access>, CheckFailure> {
    for access in &unit {
        let request = access.request(NAMESPACE)?;
        let (status, text) = asker(access.by).answer(request).await?;
        if status != access.code {
            let Access { by, verb, code, .. } = access;
            return Err(format!("{verb} by {by} is {status}, not {code}: {}", text.trim()).into());
        }
    }
    Ok(unit)
}

/// By whom the access was and how it ended, when its record says all that a record must.
fn read(line: &Line, account: &str, window: Window) -> Result<(By, u16), String> {
    let fields = ["user", "verb", "namespace", "source", "code", "resource"];
    let missing = fields.iter().find(|name| line.field(name).is_empty());
    if let Some(missing) = missing {
        return Err(format!("no {missing}"));
    }
    if !line.time().is_some_and(|time| window.contains(time)) {
        return Err(format!("its time is {}", line.field("_time")));
    }
    if line.field("source").parse::<IpAddr>().is_err() {
        return Err(format!("its source is {}", line.field("source")));
    }
    if (line.field("resource"), line.field("namespace")) != ("secrets", NAMESPACE) {
        return Err("it is of something else".into());
    }
    let by = match line.field("user") {
        UNKNOWN => By::Stranger,
        user if user == account => By::Nobody,
        _ => By::Admin,
    };
    let code = line.field("code").parse();
    Ok((by, code.map_err(|_| "its code is no number")?))
}
