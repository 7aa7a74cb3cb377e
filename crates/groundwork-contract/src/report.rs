//! The words in which the launcher's crates report progress and state to whoever shows them.

use serde::{Deserialize, Serialize};

/// How far a component has come on its way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Work has begun.
    Starting,
    /// Started; not ready yet.
    Waiting,
    /// Ready; nothing more will be reported unless this changes.
    Ready,
    /// Given up.
    Failed,
}

/// One step of one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// A node process (`etcd`), a workload (`coredns`) or a piece of work (`images`).
    pub component: String,
    /// How far it is.
    pub phase: Phase,
    /// What it does or waits for, in a few words; may be empty.
    pub detail: String,
}

/// Takes progress as it happens. It is called from several threads and must not block for long.
pub type Report<'a> = dyn Fn(Progress) + Send + Sync + 'a;

/// The state of one component, as `groundwork status` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentState {
    /// A node process or a workload.
    pub name: String,
    /// Answers its readiness probe, or has every replica available.
    pub ready: bool,
    /// Restarts since it was first started.
    pub restarts: u32,
    /// Memory in bytes: its proportional set size, or what the kubelet counts for a pod; 0 when it does not run or
    /// nobody measures it.
    pub memory_bytes: u64,
    /// Why it is not ready. When it is: empty, or what else is known, as the ages of the canary.
    pub reason: String,
}

impl Progress {
    /// A step of `component`.
    pub fn new(component: impl Into<String>, phase: Phase, detail: impl Into<String>) -> Self {
        Self {
            component: component.into(),
            phase,
            detail: detail.into(),
        }
    }
}
