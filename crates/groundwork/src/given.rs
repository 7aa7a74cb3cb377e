//! What a command is given to work with: the stack, its state directory, its cluster and its event bus.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use groundwork_contract::{Stack, role};
use groundwork_events::Bus;
use groundwork_node::StateDir;

use crate::{cli::Global, doctor, failure::Failure, optional, state};

/// For the event bus to answer a command; one that runs does within milliseconds.
pub const BUS_PATIENCE: Duration = Duration::from_secs(5);

/// The stack that the command is to work with.
pub fn stack(global: &Global) -> anyhow::Result<Stack> {
    Ok(Stack::read(&manifest(global)?)?)
}

/// The same, where a command can do without.
pub fn stack_if_any(global: &Global) -> anyhow::Result<Option<Stack>> {
    global.stack.as_ref().map(|_| stack(global)).transpose()
}

/// The file of that stack, with the optional components that are on.
pub fn manifest(global: &Global) -> anyhow::Result<PathBuf> {
    optional::current(named(global)?, &global.state_dir)
}

/// The file that the caller names: of the stack without optional components.
pub fn named(global: &Global) -> Result<&Path, Failure> {
    global.stack.as_deref().ok_or_else(|| {
        Failure::wrong_use("no stack manifest is given")
            .hint("run it as `nix run .#up`, which knows the stack, or name one with --stack FILE")
    })
}

/// The state directory, unless the folder is somebody else's: then nothing may be written or
/// removed there.
pub fn state_dir(global: &Global) -> Result<StateDir, Failure> {
    let state = StateDir::new(&global.state_dir);
    if doctor::is_foreign(&state) {
        return Err(Failure::wrong_use(format!(
            "{} holds something that is not Groundwork's",
            global.state_dir.display()
        ))
        .hint("choose another folder with --state-dir"));
    }
    Ok(state)
}

/// The same, of a stack that runs.
pub fn running_state_dir(global: &Global) -> anyhow::Result<StateDir> {
    let state = state_dir(global)?;
    match state::runs(&groundwork_node::status(&state)?) {
        true => Ok(state),
        false => Err(Failure::stack("the stack does not run")
            .hint("groundwork up")
            .into()),
    }
}

/// The administrator's kubeconfig. It is missing as long as no cluster was ever started.
pub fn kubeconfig(global: &Global) -> Result<PathBuf, Failure> {
    let kubeconfig = state_dir(global)?.kubeconfig();
    match kubeconfig.exists() {
        true => Ok(kubeconfig),
        false => Err(Failure::stack(format!(
            "there is no cluster: {} is missing",
            kubeconfig.display()
        ))
        .hint("groundwork up")),
    }
}

/// Where the stack's event bus answers on this machine.
pub fn bootstrap(stack: &Stack) -> anyhow::Result<String> {
    Ok(stack.of_role(role::EVENT_BUS)?.endpoint()?.to_owned())
}

/// The running event bus.
pub async fn bus(global: &Global) -> anyhow::Result<Bus> {
    Ok(Bus::connect(&bootstrap(&stack(global)?)?, BUS_PATIENCE).await?)
}
