//! What runs, as the page shows it.

use jiff::Timestamp;
use serde::Serialize;

/// All that runs.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Components {
    pub(super) components: Vec<Component>,
    pub(super) unavailable: Vec<Unavailable>,
}

/// A process of the node, its network or a workload.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) kind: Kind,
    pub(super) state: State,
    pub(super) reason: Option<String>,
    pub(super) memory_bytes: Option<u64>,
    pub(super) restarts: Option<i64>,
    pub(super) since: Option<Timestamp>,
}

/// What a component is; workloads are called as Kubernetes calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) enum Kind {
    Process,
    Network,
    Deployment,
    StatefulSet,
    DaemonSet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) enum State {
    Ready,
    Starting,
    Failed,
    Unknown,
}

/// Who did not say what should be here.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Unavailable {
    pub(super) source: &'static str,
    pub(super) error: String,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Process => "Process",
            Self::Network => "Network",
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
        }
    }
}
