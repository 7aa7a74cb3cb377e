//! The node was there since it was started.

use std::time::Duration;

use groundwork_contract::LastUp;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Node;
use kube::{Api, api::ListParams};

use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{node, objects::plain, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "the node was there since it was started",
    bound: ">= 99 % of the time",
    run: |context| Box::pin(uptime(context)),
    ..Check::GENTLE
}];

/// REQ-0.1: "Uptime: 99%".
const UPTIME: f64 = 99.0;

async fn uptime(context: &Context) -> Verdict {
    let last_up = node::last_up(&context.state)?;
    let client = context.cluster().await?.client().clone();
    let nodes: Api<Node> = Api::all(client);
    let nodes = nodes.list(&ListParams::default()).await.map_err(plain)?;
    let since = nodes.iter().map(|node| {
        let conditions = node.status.as_ref()?.conditions.as_ref()?;
        let ready = conditions
            .iter()
            .find(|it| it.type_ == "Ready" && it.status == "True")?;
        let seconds = ready.last_transition_time.as_ref()?.0.timestamp();
        Timestamp::from_second(seconds).ok()
    });
    let since = since
        .collect::<Option<Vec<_>>>()
        .ok_or("a node is not ready")?;
    let since = since.into_iter().max().ok_or("the cluster has no node")?;
    let restarts = node::status(context)
        .await?
        .processes
        .iter()
        .map(|it| it.restarts)
        .sum();
    available(&last_up, since, Timestamp::now(), restarts)
}

/// The share of the time since the last `up` was through in which the node was ready for certain:
/// all time before it last became ready counts as lost.
fn available(last_up: &LastUp, ready_since: Timestamp, now: Timestamp, restarts: u32) -> Verdict {
    let began = last_up.started.as_second() as f64 + last_up.ready_seconds;
    let now = now.as_second() as f64;
    let whole = now - began;
    let lost = (ready_since.as_second() as f64 - began).max(0.0);
    if whole < 1.0 {
        return Err("the cluster was started less than a second ago".into());
    }
    let share = 100.0 * (whole - lost) / whole;
    let measured = format!(
        "{share:.2} % of {}, {restarts} restarts of node processes",
        duration(Duration::from_secs_f64(whole))
    );
    judged(share >= UPTIME, measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ready_since: &str, now: &str) -> Verdict {
        let last_up = LastUp {
            started: "2026-01-01T00:00:00Z".parse().unwrap(),
            ready_seconds: 10.0,
            from: groundwork_contract::From::Nothing,
        };
        available(
            &last_up,
            ready_since.parse().unwrap(),
            now.parse().unwrap(),
            0,
        )
    }

    #[test]
    fn a_node_that_was_ready_all_the_time_has_full_uptime() {
        let measured = seen("2026-01-01T00:00:04Z", "2026-01-01T02:00:10Z").unwrap();
        assert_eq!(measured, "100.00 % of 2 h, 0 restarts of node processes");
    }

    #[test]
    fn a_node_that_was_lost_for_more_than_one_percent_fails() {
        let error = seen("2026-01-01T00:02:10Z", "2026-01-01T02:00:10Z").unwrap_err();
        assert!(error.to_string().starts_with("98.33 %"), "{error}");
    }
}
