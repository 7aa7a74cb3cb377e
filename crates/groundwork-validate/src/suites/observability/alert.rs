//! An alert's way from a condition to the one who is told, and back.

use std::time::{Duration, Instant};

use groundwork_contract::role;
use groundwork_signals::{
    Window,
    logs::{Logs, of_service},
    metrics::Labels,
};
use jiff::Timestamp;

use super::measured_pod::Measured;
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict},
    shared::{
        signals::{alerts, logs, metrics},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "an alert fires, arrives and resolves",
    bound: "firing and resolved, in Alertmanager and in the receiver's log",
    // A condition is seen, told, unseen and told again.
    deadline: Duration::from_secs(420),
    turn: Turn::Aside,
    run: |context| Box::pin(fires_and_resolves(context)),
    ..Check::GENTLE
}];

/// The rule that a check can make true, and its metric's value then.
const ALERT: &str = "CheckCondition";
const TRUE: i64 = 1;
/// For each step: an interval of collecting, of the rule, and of Alertmanager's grouping.
const STEP: Duration = Duration::from_secs(90);

async fn fires_and_resolves(context: &Context) -> Verdict {
    let (metrics, logs) = (metrics(context)?, logs(context)?);
    let manager = alerts(context)?;
    // The service that the collector makes of what alerts are sent to.
    let receiver = format!("{}-webhook", context.component(role::ALERTS)?.name);
    let pod = Measured::start(context, TRUE).await?;
    let (began, started) = (Timestamp::now(), Instant::now());
    let fired = async {
        wait_for("the alert", STEP, async || {
            let alerts = metrics.alerts().await?;
            let alert = alerts.iter().find(|it| is_of(&it.labels, &pod.name));
            match alert.map(|alert| &*alert.state) {
                Some("firing") => Ok(()),
                Some(state) => Err(CheckFailure::from(format!("it is {state}"))),
                None => Err("its condition is not seen".into()),
            }
        })
        .await?;
        wait_for("Alertmanager", STEP, async || {
            let alerts = manager.named(ALERT).await?;
            match alerts.iter().any(|alert| is_of(&alert.labels, &pod.name)) {
                false => Err(CheckFailure::from("it has no such alert")),
                true => Ok(()),
            }
        })
        .await?;
        told(&logs, &receiver, began, "firing", &pod.name).await?;
        Ok::<_, CheckFailure>(started.elapsed())
    };
    let fired = fired.await;
    pod.remove().await?;
    let fired = fired?;

    let (ended, started) = (Timestamp::now(), Instant::now());
    wait_for("Alertmanager", STEP, async || {
        let alerts = manager.named(ALERT).await?;
        match alerts.iter().any(|alert| is_of(&alert.labels, &pod.name)) {
            false => Ok(()),
            true => Err(CheckFailure::from("it still has the alert")),
        }
    })
    .await?;
    told(&logs, &receiver, ended, "resolved", &pod.name).await?;
    Ok(format!(
        "told that it fires after {}, that it is resolved after {}",
        duration(fired),
        duration(started.elapsed())
    ))
}

/// Whether an alert is the one about `pod`.
fn is_of(labels: &Labels, pod: &str) -> bool {
    let has = |name: &str, value| labels.get(name).is_some_and(|it| it == value);
    has("alertname", ALERT) && has("pod", pod)
}

/// Waits until the receiver was told since `from` that the alert about `pod` is `status`.
async fn told(
    logs: &Logs,
    receiver: &str,
    from: Timestamp,
    status: &str,
    pod: &str,
) -> Result<(), CheckFailure> {
    let query = format!("{} {}", of_service(receiver), Window::since(from));
    wait_for("the receiver's log", STEP, async || {
        let lines = logs.search(&query).await?;
        let ours = lines
            .iter()
            .filter(|line| line.mentions(ALERT) && line.mentions(pod));
        match ours.filter(|line| line.field("status") == status).count() {
            0 => Err(CheckFailure::from(format!(
                "{} alerts, none of them {ALERT} and {status}",
                lines.len()
            ))),
            _ => Ok(()),
        }
    })
    .await
}
