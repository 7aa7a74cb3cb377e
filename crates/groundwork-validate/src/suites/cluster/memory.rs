//! Node processes and pods together need little memory.

use groundwork_contract::ComponentState;

use crate::{
    runner::{Check, Context, Turn, Verdict, judged},
    shared::{node, words::gigabytes},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "node processes and pods together need little memory",
    bound: "< 4 GB",
    // Pods of other checks take memory, too.
    turn: Turn::Alone,
    run: |context| Box::pin(memory(context)),
    ..Check::GENTLE
}];

/// REQ-0.1: "Resource usage: < 4GB RAM". Processes have their share of shared pages, pods what the kubelet counts.
const MEMORY: u64 = 4_000_000_000;

async fn memory(context: &Context) -> Verdict {
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
}
