//! Start-up time, memory and uptime against their bounds.

use std::time::Duration;

use groundwork_stack::ComponentState;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Node;
use kube::{Api, api::ListParams};

use crate::{
    Context, Verdict,
    figures::{duration, gigabytes, judged},
    node::{self, LastUp},
    test_bed::plain,
};

/// REQ-0.1: "Cluster startup time: < 2 minutes".
const START_UP: f64 = 120.0;

/// REQ-0.1: "Resource usage: < 4GB RAM".
const MEMORY: u64 = 4_000_000_000;

/// REQ-0.1: "Uptime: 99%".
const UPTIME: f64 = 99.0;

pub(super) async fn start_up(context: &Context) -> Verdict {
    started_in(&node::last_up(&context.state)?, START_UP)
}

/// Whether the last start took less than `bound` seconds.
pub(crate) fn started_in(last_up: &LastUp, bound: f64) -> Verdict {
    let LastUp {
        ready_seconds,
        from,
        ..
    } = last_up;
    if from == "running" {
        return Err("the last `up` had nothing to start, so its time says nothing".into());
    }
    judged(
        *ready_seconds < bound,
        format!("{ready_seconds:.1} s from {from}"),
    )
}

pub(super) async fn memory(context: &Context) -> Verdict {
    let processes = node::status(context).await?.processes;
    let pods = context.cluster().await?.pod_memory().await?;
    if pods.is_empty() {
        return Err("the kubelet measures no pod".into());
    }
    total(&processes, pods.len(), pods.values().sum())
}

fn total(processes: &[ComponentState], pods: usize, of_pods: u64) -> Verdict {
    if let Some(unknown) = processes.iter().find(|process| process.memory_bytes == 0) {
        return Err(format!("the memory of {} is not measured", unknown.name).into());
    }
    let of_processes: u64 = processes.iter().map(|process| process.memory_bytes).sum();
    let measured = format!(
        "{}: {} node processes {}, {pods} pods {}",
        gigabytes(of_processes + of_pods),
        processes.len(),
        gigabytes(of_processes),
        gigabytes(of_pods)
    );
    judged(of_processes + of_pods < MEMORY, measured)
}

pub(super) async fn uptime(context: &Context) -> Verdict {
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
/// whatever was before its last becoming ready counts as lost.
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

    fn process(memory_bytes: u64) -> ComponentState {
        ComponentState {
            name: "etcd".into(),
            ready: true,
            restarts: 0,
            memory_bytes,
            reason: String::new(),
        }
    }

    #[test]
    fn memory_is_judged_as_a_whole() {
        let passed = total(&[process(600_000_000)], 9, 500_000_000).unwrap();
        assert_eq!(passed, "1.10 GB: 1 node processes 0.60 GB, 9 pods 0.50 GB");
        assert!(total(&[process(600_000_000)], 9, 3_400_000_000).is_err());
    }

    #[test]
    fn memory_that_nobody_measures_is_no_pass() {
        let error = total(&[process(1), process(0)], 9, 1).unwrap_err();
        assert_eq!(error.to_string(), "the memory of etcd is not measured");
    }

    #[test]
    fn an_up_that_started_nothing_is_no_start_up_time() {
        let last_up = |from: &str, ready_seconds| LastUp {
            started: Timestamp::UNIX_EPOCH,
            ready_seconds,
            from: from.into(),
        };
        assert_eq!(
            started_in(&last_up("nothing", 9.5), START_UP).unwrap(),
            "9.5 s from nothing"
        );
        assert!(started_in(&last_up("nothing", 120.0), START_UP).is_err());
        assert!(started_in(&last_up("running", 0.4), START_UP).is_err());
    }

    fn seen(ready_since: &str, now: &str) -> Verdict {
        let last_up = LastUp {
            started: "2026-01-01T00:00:00Z".parse().unwrap(),
            ready_seconds: 10.0,
            from: "nothing".into(),
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
