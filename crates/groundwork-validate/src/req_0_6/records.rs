//! The record of every access: that there is one and only one, that it is found, and that a denial
//! is told.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use groundwork_apply::Cluster;
use groundwork_signals::{
    Window,
    alerts::Alerts,
    logs::{Line, of_service, quoted},
    metrics::Labels,
};
use groundwork_stack::role;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Secret, ServiceAccount};
use kube::Api;
use serde_json::{Value, json};

use super::{
    AUDIT,
    asker::{Asker, Who},
    own::{FIELD, Own, marker, name, secret},
    plan::{Access, By, Counts, THERE, plan},
};
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    req_0_3::{FOUND, logs, metrics, run_name},
    test_bed::{NAMESPACE, apply, namespace},
    wait::until,
};

/// Accesses under way at once.
const AT_ONCE: usize = 16;
/// Once all records are there: for one that comes twice.
const SETTLED: Duration = Duration::from_secs(5);
/// The one whom the records call so could not say who they are.
const UNKNOWN: &str = "unauthenticated";
/// For each step of an alert: collecting, the rule's interval, Alertmanager's grouping.
const STEP: Duration = Duration::from_secs(120);

pub(super) async fn complete(context: &Context) -> Verdict {
    let cluster = context.cluster().await?;
    let account = prepared(&cluster).await?;
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
    let done = stream::iter(plan().into_iter().map(|unit| carry_out(unit, asker)));
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
    let found = until("the records", FOUND, async || {
        let found = logs.count(&query).await?;
        match usize::try_from(found)? >= sent.sum() {
            true => Ok(ended.elapsed()),
            false => Err(Failure::from(format!("{found} of {}", sent.sum()))),
        }
    });
    let found = found.await?;
    tokio::time::sleep(SETTLED).await;
    let lines = logs.search(&query).await?;
    let user = user(&account);
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

/// Makes the checks' namespace with a service account that has no rights, and returns its name.
async fn prepared(cluster: &Cluster) -> Result<String, Failure> {
    namespace(cluster).await?;
    let account = name();
    let accounts: Api<ServiceAccount> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    apply(&accounts, &account, json!({})).await?;
    Ok(account)
}

/// How the API server calls the service account.
fn user(account: &str) -> String {
    format!("system:serviceaccount:{NAMESPACE}:{account}")
}

/// Carries out accesses one after the other.
async fn carry_out<'a>(
    unit: Vec<Access>,
    asker: impl Fn(By) -> &'a Asker,
) -> Result<Vec<Access>, Failure> {
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

pub(super) async fn shown(context: &Context) -> Verdict {
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
    let read = until("the read", FOUND, async || {
        let shown: Vec<Value> = serde_json::from_str(&secret(context, &audit, "").await?)?;
        let of_command = |it: &&Value| it["agent"] == "groundwork-secret/get";
        let reads: Vec<_> = shown.iter().filter(of_command).collect();
        match reads.as_slice() {
            [read] => Ok((*read).clone()),
            reads => Err(Failure::from(format!(
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

pub(super) async fn alerted(context: &Context) -> Verdict {
    const ALERT: &str = "SecretAccessDenied";
    let cluster = context.cluster().await?;
    // Of its own, so that nobody else's denial is taken for this one.
    let account = prepared(&cluster).await?;
    let asker = Asker::new(
        context,
        Who::Account(NAMESPACE, &account),
        "groundwork-validate",
    );
    let path = format!("/api/v1/namespaces/{NAMESPACE}/secrets");
    let status = asker
        .await?
        .status(Request::get(path).body(vec![])?)
        .await?;
    let started = Instant::now();
    if status != 403 {
        return Err(format!("an account without rights is answered {status}").into());
    }
    let user = user(&account);
    let ours = |labels: &Labels| {
        let has = |name: &str, value: &str| labels.get(name).is_some_and(|it| it == value);
        has("alertname", ALERT) && has("user", &user) && has("namespace", NAMESPACE)
    };
    let metrics = metrics(context)?;
    until("the alert", STEP, async || {
        let alerts = metrics.alerts().await?;
        match alerts
            .iter()
            .find(|it| ours(&it.labels))
            .map(|it| &*it.state)
        {
            Some("firing") => Ok(()),
            Some(state) => Err(Failure::from(format!("it is {state}"))),
            None => Err("the denial is not seen".into()),
        }
    })
    .await?;
    let fires = duration(started.elapsed());
    let manager = Alerts::new(&context.endpoint(role::ALERTS)?)?;
    until("Alertmanager", STEP, async || {
        let alerts = manager.named(ALERT).await?;
        match alerts.iter().any(|alert| ours(&alert.labels)) {
            true => Ok(()),
            false => Err(Failure::from("it has no such alert")),
        }
    })
    .await?;
    Ok(format!(
        "fires {fires} after the denial, with Alertmanager after {}",
        duration(started.elapsed())
    ))
}
