//! What Prometheus collects, works out, and answers.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use groundwork_signals::{
    Window,
    metrics::{QUESTIONS, Rule, STEP, Series, Target},
};
use jiff::{SignedDuration, Timestamp};

use super::{QUERY, metrics, order, pod::Measured};
use crate::{
    Context, Failure, Verdict,
    busy::quick,
    figures::{duration, judged},
    test_bed::{NAMESPACE, timed},
    wait::until,
};

/// For a target to be found and asked: the longest interval, and Kubernetes' word of it.
const SCRAPED: Duration = Duration::from_secs(90);

pub(super) async fn all_up(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    let components = context.stack.components.iter();
    let wanted: Vec<_> = components.flat_map(|it| it.scrape.clone()).collect();
    until("the targets", SCRAPED, async || {
        all(&wanted, &metrics.targets().await?)
    })
    .await
}

/// Whether nothing is missing of what is `wanted`, by its job or its service, and nothing is down, but for the checks' own pods, which come and go.
fn all(wanted: &[String], targets: &[Target]) -> Verdict {
    let label = |target: &Target, name| target.labels.get(name).cloned().unwrap_or_default();
    let stack: Vec<_> = targets
        .iter()
        .filter(|target| label(target, "namespace") != NAMESPACE)
        .collect();
    let jobs: BTreeSet<_> = stack.iter().map(|target| label(target, "job")).collect();
    let services: BTreeSet<_> = stack.iter().map(|it| label(it, "service")).collect();
    let missing = wanted
        .iter()
        .filter(|name| !jobs.contains(*name) && !services.contains(*name));
    let missing: Vec<_> = missing.map(|name| format!("{name} is missing")).collect();
    let down = stack.iter().filter(|target| target.health != "up");
    let down = down.map(|target| {
        let who = match &*label(target, "service") {
            "" => label(target, "job"),
            service => service.to_owned(),
        };
        format!("{who} is {}: {}", target.health, target.last_error)
    });
    let wrong: Vec<_> = missing.into_iter().chain(down).collect();
    match wrong.as_slice() {
        [] => Ok(format!("{} targets of {} jobs", stack.len(), jobs.len())),
        wrong => Err(wrong.join("; ").into()),
    }
}

pub(super) async fn new_pod(context: &Context) -> Verdict {
    // Neither 0 nor 1, which everything could be; below 0, so that no alert fires.
    const SAID: i64 = -7;
    let metrics = metrics(context)?;
    let pod = Measured::start(context, SAID).await?;
    let started = Instant::now();
    let found = until("its metric", SCRAPED, async || {
        let value = metrics.value(&pod.series()).await?;
        value.ok_or_else(|| Failure::from("Prometheus has no such series"))
    });
    let found = found.await;
    pod.remove().await?;
    let value = found?;
    let measured = format!("{} is {value}", pod.series());
    judged(value == SAID as f64, timed(&measured, started))
}

pub(super) async fn rules(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    until("the rules", SCRAPED, async || {
        healthy(&metrics.rules().await?)
    })
    .await
}

fn healthy(rules: &[Rule]) -> Verdict {
    let sick: Vec<_> = rules
        .iter()
        .filter(|rule| rule.health != "ok" || !rule.last_error.is_empty())
        .map(|rule| format!("{} is {}: {}", rule.name, rule.health, rule.last_error))
        .collect();
    let of = |kind| rules.iter().filter(|rule| rule.kind == kind).count();
    let (recording, alerting) = (of("recording"), of("alerting"));
    match sick.as_slice() {
        [] => judged(
            recording > 0 && alerting > 0,
            format!("{recording} recording, {alerting} alerting"),
        ),
        sick => Err(sick.join("; ").into()),
    }
}

pub(super) async fn queries(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    // So that there are spans to be counted.
    order::send(context).await?;
    let now = Timestamp::now();
    let day = Window {
        from: now - SignedDuration::from_hours(24),
        // Past the wait for the first answer.
        to: now + SignedDuration::from_secs(120),
    };
    let (mut slowest, mut samples, mut seconds) = (Duration::ZERO, 0, 0.0_f64);
    for question in QUESTIONS {
        // A cluster that has just begun has too little to work out a rate.
        let found = until(question, SCRAPED, async || {
            let started = Instant::now();
            let found = metrics.range(question, day, STEP).await?;
            let took = started.elapsed();
            match found.as_slice() {
                [] => Err(Failure::from("no answer")),
                _ => Ok((found, took)),
            }
        });
        let (found, took) = found.await?;
        slowest = slowest.max(took);
        samples += found
            .iter()
            .map(|series| series.samples.len())
            .sum::<usize>();
        seconds = seconds.max(length(&found));
    }
    quick(
        slowest < QUERY,
        format!(
            "{} at most for {} queries, {samples} samples of {:.1} h",
            duration(slowest),
            QUESTIONS.len(),
            seconds / 3600.0
        ),
    )
}

/// From the first to the last sample, in seconds.
fn length(found: &[Series]) -> f64 {
    let times = found.iter().flat_map(|it| &it.samples).map(|(at, _)| *at);
    let (first, last) = times.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), at| {
        (first.min(at), last.max(at))
    });
    (last - first).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(job: &str, service: &str, health: &str) -> Target {
        let labels = [("job", job), ("service", service)];
        Target {
            labels: labels.map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            health: health.into(),
            last_error: if health == "up" { "" } else { "refused" }.into(),
        }
    }

    /// Two jobs of the node, and a service that is found by its pod.
    const WANTED: [&str; 3] = ["etcd", "kubelet", "store"];

    fn judged_by_wanted(targets: &[Target]) -> Verdict {
        all(&WANTED.map(String::from), targets)
    }

    fn stack() -> Vec<Target> {
        vec![
            target("etcd", "", "up"),
            target("kubelet", "", "up"),
            target("pods", "store", "up"),
        ]
    }

    #[test]
    fn a_stack_that_is_collected_as_a_whole_passes() {
        let measured = judged_by_wanted(&stack()).unwrap();
        assert_eq!(measured, "3 targets of 3 jobs");
    }

    #[test]
    fn what_is_missing_and_what_is_down_is_named() {
        let mut targets = stack();
        targets.retain(|it| it.labels["job"] != "etcd");
        targets.push(target("pods", "shop", "down"));
        let error = judged_by_wanted(&targets).unwrap_err().to_string();
        assert_eq!(error, "etcd is missing; shop is down: refused");
    }

    #[test]
    fn the_checks_own_pods_do_not_count() {
        let mut targets = stack();
        let mut own = target("pods", "groundwork-check", "down");
        own.labels.insert("namespace".into(), NAMESPACE.into());
        targets.push(own);
        assert!(judged_by_wanted(&targets).is_ok());
    }

    #[test]
    fn a_rule_with_an_error_is_named() {
        let rule = |name: &str, kind: &str, error: &str| Rule {
            name: name.into(),
            health: if error.is_empty() { "ok" } else { "err" }.into(),
            kind: kind.into(),
            last_error: error.into(),
        };
        let good = [rule("a", "recording", ""), rule("B", "alerting", "")];
        assert_eq!(healthy(&good).unwrap(), "1 recording, 1 alerting");
        assert!(healthy(&good[..1]).is_err());
        let bad = [rule("B", "alerting", "no match")];
        assert_eq!(healthy(&bad).unwrap_err().to_string(), "B is err: no match");
    }
}
