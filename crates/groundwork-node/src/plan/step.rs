//! Bring-up as one readable list of steps, and each as it is written down.

use serde::{Deserialize, Serialize};

use super::{
    action::Action, claim::Claim, control_groups::ControlGroups, docker_chain::DockerChain,
    host_paths::HostPaths, kernel_settings::KernelSettings, node_address::NodeAddress,
    packet_filter::PacketFilter, pod_bridge::PodBridge, service::Service, state_files::StateFiles,
};
use crate::{error::Error, node::Node};

/// A step with what undoing it needs, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    StateFiles(StateFiles),
    Claim(Claim),
    HostPaths(HostPaths),
    KernelSettings(KernelSettings),
    NodeAddress(NodeAddress),
    PodBridge(PodBridge),
    ControlGroups(ControlGroups),
    PacketFilter(PacketFilter),
    DockerChain(DockerChain),
    Service(Service),
}

impl Step {
    /// What the step does.
    pub fn action(&self) -> &dyn Action {
        match self {
            Self::StateFiles(action) => action,
            Self::Claim(action) => action,
            Self::HostPaths(action) => action,
            Self::KernelSettings(action) => action,
            Self::NodeAddress(action) => action,
            Self::PodBridge(action) => action,
            Self::ControlGroups(action) => action,
            Self::PacketFilter(action) => action,
            Self::DockerChain(action) => action,
            Self::Service(action) => action,
        }
    }

    /// Whether what it changes outlives a reboot.
    pub fn outlives_reboot(&self) -> bool {
        matches!(self, Self::StateFiles(_) | Self::HostPaths(_))
    }

    /// Whether both are the same step, whatever each needs to be undone.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Only what the first run found was there before us.
    pub fn remember(&mut self, earlier: &Self) {
        match (self, earlier) {
            (Self::HostPaths(now), Self::HostPaths(before)) => now.clone_from(before),
            (Self::KernelSettings(now), Self::KernelSettings(before)) => now.remember(before),
            _ => {}
        }
    }

    /// Everything that turns a machine into a node, in order.
    pub fn plan(node: &Node) -> Result<Vec<Self>, Error> {
        Ok(vec![
            Self::StateFiles(StateFiles {}),
            Self::Claim(Claim {}),
            Self::HostPaths(HostPaths::look()),
            Self::KernelSettings(KernelSettings::look()),
            Self::NodeAddress(NodeAddress {}),
            Self::PodBridge(PodBridge {}),
            Self::ControlGroups(ControlGroups {}),
            Self::PacketFilter(PacketFilter::with(&node.stack)?),
            Self::DockerChain(DockerChain::with(&node.stack)?),
            Self::Service(Service {}),
        ])
    }

    /// What to undo when nothing is written down any more.
    pub fn fallback() -> Vec<Self> {
        vec![
            Self::StateFiles(StateFiles {}),
            Self::Claim(Claim {}),
            Self::HostPaths(HostPaths::default()),
            Self::KernelSettings(KernelSettings::default()),
            Self::NodeAddress(NodeAddress {}),
            Self::PodBridge(PodBridge {}),
            Self::ControlGroups(ControlGroups {}),
            Self::PacketFilter(PacketFilter::default()),
            Self::DockerChain(DockerChain::default()),
            Self::Service(Service {}),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_us_is_what_the_first_run_found() {
        let found = KernelSettings::found::<2>;
        let first = KernelSettings::found([("net/ipv4/ip_forward", "0")]);
        // A newer launcher sets more.
        let mut step =
            Step::KernelSettings(found([("net/ipv4/ip_forward", "1"), ("kernel/panic", "0")]));
        step.remember(&Step::KernelSettings(first));
        let both = found([("net/ipv4/ip_forward", "0"), ("kernel/panic", "0")]);
        assert_eq!(step, Step::KernelSettings(both));
    }

    #[test]
    fn a_step_is_read_back_as_it_was_written() {
        for step in Step::fallback() {
            let text = serde_json::to_string(&step).unwrap();
            assert_eq!(serde_json::from_str::<Step>(&text).unwrap(), step);
        }
    }

    #[test]
    fn every_step_can_be_undone_without_a_receipt() {
        let names: Vec<_> = Step::fallback()
            .iter()
            .map(|step| step.action().describe())
            .collect();
        assert_eq!(names.len(), 10);
    }
}
