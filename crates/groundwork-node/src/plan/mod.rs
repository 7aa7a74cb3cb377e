//! Bring-up as one readable list of steps. Each can say whether it is done, do it and undo it; what
//! undoing needs is written down before anything is done.

use groundwork_contract::{Phase, Progress, Report};

use crate::{error::Error, node::Node, state::StateDir};

mod action;
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
mod step;

pub use packet_filter::TABLES;
use receipt::Receipt;
use step::Step;

/// Does what is not done yet.
pub fn execute(node: &Node, report: &Report) -> Result<(), Error> {
    node.state.check_format()?;
    state_files::check(&node.state)?;
    claim::check(&node.state)?;
    // Without our claim the machine has been booted since: what was true before no longer counts.
    let same_boot = node.state.is_owner()?;
    let mut receipt = Receipt::open(&node.state)?;
    for mut step in Step::plan(node)? {
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
        steps = Step::fallback();
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
