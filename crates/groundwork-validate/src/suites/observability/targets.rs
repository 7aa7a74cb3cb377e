//! Everything that has metrics is collected.

use std::collections::BTreeSet;

use groundwork_signals::metrics::Target;

use super::times::SCRAPED;
use crate::{
    runner::{Check, Context, Turn, Verdict},
    shared::{namespace::NAMESPACE, signals::metrics, wait::wait_for},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "everything that has metrics is collected",
    bound: "every job and service of the stack, all up",
    // Pods of other checks come and go meanwhile.
    turn: Turn::Alone,
    run: |context| Box::pin(all_up(context)),
    ..Check::GENTLE
}];

async fn all_up(context: &Context) -> Verdict {
    let metrics = metrics(context)?;
    let components = context.stack.components.iter();
    let wanted: Vec<_> = components.flat_map(|it| it.scrape.clone()).collect();
    wait_for("the targets", SCRAPED, async || {
        all(&wanted, &metrics.targets().await?)
    })
    .await
}

/// Whether all that is `wanted` is there, by its job or its service, and everything is up. The checks' own pods come
/// and go, and do not count.
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
}
