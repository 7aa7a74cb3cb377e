//! Bring-up as one readable list of steps. Each can say whether it is done, do it and undo it; what
//! undoing needs is written down before anything is done.

use groundwork_stack::{Phase, Progress, Report};
use serde::{Deserialize, Serialize};

use crate::{error::Error, node::Node, state::StateDir};

mod claim;
mod control_groups;
mod docker_chain;
mod host_paths;
mod kernel_settings;
mod node_address;
mod packet_filter;
mod pod_bridge;
mod receipt;
mod service;
mod state_files;

pub use packet_filter::TABLES;
use receipt::Receipt;

/// One step: its size is what can be undone on its own.
trait Action {
    /// What it does, in a few words.
    fn describe(&self) -> &'static str;
    /// Whether there is nothing to do.
    fn is_done(&self, node: &Node) -> Result<bool, Error>;
    /// Does it. What was done halfway before is completed.
    fn execute(&self, node: &Node) -> Result<(), Error>;
    /// Undoes it, however far it got; needs no stack.
    fn revert(&self, state: &StateDir) -> Result<(), Error>;
}

/// A step with what undoing it needs, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    StateFiles(state_files::StateFiles),
    Claim(claim::Claim),
    HostPaths(host_paths::HostPaths),
    KernelSettings(kernel_settings::KernelSettings),
    NodeAddress(node_address::NodeAddress),
    PodBridge(pod_bridge::PodBridge),
    ControlGroups(control_groups::ControlGroups),
    PacketFilter(packet_filter::PacketFilter),
    DockerChain(docker_chain::DockerChain),
    Service(service::Service),
}

impl Step {
    fn action(&self) -> &dyn Action {
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
    fn outlives_reboot(&self) -> bool {
        matches!(self, Self::StateFiles(_) | Self::HostPaths(_))
    }

    fn is_same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Only what the first run found was there before us.
    fn remember(&mut self, earlier: &Self) {
        match (self, earlier) {
            (Self::HostPaths(now), Self::HostPaths(before)) => now.clone_from(before),
            (Self::KernelSettings(now), Self::KernelSettings(before)) => now.remember(before),
            _ => {}
        }
    }
}

/// Everything that turns a machine into a node, in order.
fn plan(node: &Node) -> Result<Vec<Step>, Error> {
    Ok(vec![
        Step::StateFiles(state_files::StateFiles {}),
        Step::Claim(claim::Claim {}),
        Step::HostPaths(host_paths::HostPaths::look()),
        Step::KernelSettings(kernel_settings::KernelSettings::look()),
        Step::NodeAddress(node_address::NodeAddress {}),
        Step::PodBridge(pod_bridge::PodBridge {}),
        Step::ControlGroups(control_groups::ControlGroups {}),
        Step::PacketFilter(packet_filter::PacketFilter::with(&node.stack)?),
        Step::DockerChain(docker_chain::DockerChain::with(&node.stack)?),
        Step::Service(service::Service {}),
    ])
}

/// What to undo when nothing is written down any more.
fn fallback() -> Vec<Step> {
    vec![
        Step::StateFiles(state_files::StateFiles {}),
        Step::Claim(claim::Claim {}),
        Step::HostPaths(host_paths::HostPaths::default()),
        Step::KernelSettings(kernel_settings::KernelSettings::default()),
        Step::NodeAddress(node_address::NodeAddress {}),
        Step::PodBridge(pod_bridge::PodBridge {}),
        Step::ControlGroups(control_groups::ControlGroups {}),
        Step::PacketFilter(packet_filter::PacketFilter::default()),
        Step::DockerChain(docker_chain::DockerChain::default()),
        Step::Service(service::Service {}),
    ]
}

/// Does what is not done yet.
pub fn execute(node: &Node, report: &Report) -> Result<(), Error> {
    node.state.check_format()?;
    state_files::check(&node.state)?;
    claim::check(&node.state)?;
    // Without our claim the machine has been booted since: what was true before no longer counts.
    let same_boot = node.state.is_owner()?;
    let mut receipt = Receipt::open(&node.state)?;
    for mut step in plan(node)? {
        if same_boot || step.outlives_reboot() {
            if let Some(earlier) = receipt.find(&step) {
                step.remember(earlier);
            }
        }
        receipt.record(step.clone())?;
        let action = step.action();
        if !action.is_done(node)? {
            report(Progress::new("node", Phase::Starting, action.describe()));
            action.execute(node)?;
        }
    }
    report(Progress::new("node", Phase::Ready, ""));
    Ok(())
}

/// Undoes everything, the last step first. A step that fails does not keep the others from being
/// undone, but what is written down stays for the next try.
pub fn revert(state: &StateDir, report: &Report) -> Result<(), Error> {
    let owner = state.owner()?;
    let ours = owner.as_deref() == Some(state.root());
    if !ours && !state.root().exists() {
        return Ok(());
    }
    state_files::check(state)?;
    let mut steps = Receipt::open(state)?.into_steps();
    if steps.is_empty() {
        steps = fallback();
    }
    // The claim is made before anything else of the machine is touched, and is gone after a reboot.
    steps.retain(|step| ours || step.outlives_reboot());
    let mut failed = Vec::new();
    for step in steps.iter().rev() {
        let files = matches!(step, Step::StateFiles(_) | Step::Claim(_));
        if files && !failed.is_empty() {
            continue;
        }
        report(Progress::new(
            "node",
            Phase::Starting,
            format!("undoes: {}", step.action().describe()),
        ));
        if let Err(error) = step.action().revert(state) {
            failed.push(error);
        }
    }
    if failed.is_empty() {
        report(Progress::new("node", Phase::Ready, "removed"));
        Ok(())
    } else {
        Err(Error::Left(failed))
    }
}

/// Removes what the packet filter has of the node: its tables name pods that no longer run.
pub fn clear_packet_filter(state: &StateDir) -> Result<(), Error> {
    let steps = Receipt::open(state)?.into_steps();
    let filters = steps
        .iter()
        .filter(|step| matches!(step, Step::PacketFilter(_) | Step::DockerChain(_)));
    for step in filters {
        step.action().revert(state)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_us_is_what_the_first_run_found() {
        let found = kernel_settings::KernelSettings::found::<2>;
        let first = kernel_settings::KernelSettings::found([("net/ipv4/ip_forward", "0")]);
        // A newer launcher sets more.
        let mut step =
            Step::KernelSettings(found([("net/ipv4/ip_forward", "1"), ("kernel/panic", "0")]));
        step.remember(&Step::KernelSettings(first));
        let both = found([("net/ipv4/ip_forward", "0"), ("kernel/panic", "0")]);
        assert_eq!(step, Step::KernelSettings(both));
    }

    #[test]
    fn a_step_is_read_back_as_it_was_written() {
        for step in fallback() {
            let text = serde_json::to_string(&step).unwrap();
            assert_eq!(serde_json::from_str::<Step>(&text).unwrap(), step);
        }
    }

    #[test]
    fn every_step_can_be_undone_without_a_receipt() {
        let names: Vec<_> = fallback()
            .iter()
            .map(|step| step.action().describe())
            .collect();
        assert_eq!(names.len(), 10);
    }
}
