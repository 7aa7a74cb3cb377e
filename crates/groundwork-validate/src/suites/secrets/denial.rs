//! A denial raises an alert.

use std::time::{Duration, Instant};

use groundwork_signals::metrics::Labels;
use http::Request;

use super::{
    account,
    asker::{Asker, Who},
};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict},
    shared::{
        namespace::NAMESPACE,
        signals::{alerts, metrics},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a denial raises an alert",
    bound: "SecretAccessDenied of that user fires and is with Alertmanager",
    // The kubelet or an alert is waited for several times.
    deadline: Duration::from_secs(360),
    turn: Turn::Aside,
    run: |context| Box::pin(alerted(context)),
    ..Check::GENTLE
}];

/// For each step of an alert: collecting, the rule's interval, Alertmanager's grouping.
const STEP: Duration = Duration::from_secs(120);

async fn alerted(context: &Context) -> Verdict {
    const ALERT: &str = "SecretAccessDenied";
    let cluster = context.cluster().await?;
    // Of its own, so that this denial can be told from others.
    let account = account::create(&cluster).await?;
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
    let user = account::user_name(&account);
    let ours = |labels: &Labels| {
        let has = |name: &str, value: &str| labels.get(name).is_some_and(|it| it == value);
        has("alertname", ALERT) && has("user", &user) && has("namespace", NAMESPACE)
    };
    let metrics = metrics(context)?;
    wait_for("the alert", STEP, async || {
        let alerts = metrics.alerts().await?;
        match alerts
            .iter()
            .find(|it| ours(&it.labels))
            .map(|it| &*it.state)
        {
            Some("firing") => Ok(()),
            Some(state) => Err(CheckFailure::from(format!("it is {state}"))),
            None => Err("the denial is not seen".into()),
        }
    })
    .await?;
    let fires = duration(started.elapsed());
    let manager = alerts(context)?;
    wait_for("Alertmanager", STEP, async || {
        let alerts = manager.named(ALERT).await?;
        match alerts.iter().any(|alert| ours(&alert.labels)) {
            true => Ok(()),
            false => Err(CheckFailure::from("it has no such alert")),
        }
    })
    .await?;
    Ok(format!(
        "fires {fires} after the denial, with Alertmanager after {}",
        duration(started.elapsed())
    ))
}
