//! The commands, one file each, and what several of them need.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use groundwork_events::Bus;
use groundwork_node::StateDir;
use groundwork_stack::{Stack, role};

use crate::{
    cli::{Cli, Command, Global},
    doctor,
    failure::Failure,
    output,
};

mod bench;
mod consume;
mod control_network;
mod destroy;
mod doctor_command;
mod down;
mod kubectl;
mod logs;
mod node_exec;
mod open;
mod produce;
mod secret;
mod status;
mod supervise;
mod topics;
mod up;
mod validate;

/// For the event bus to answer a command; one that runs does within milliseconds.
const BUS_PATIENCE: Duration = Duration::from_secs(5);

/// Runs the command that `cli` names.
///
/// # Errors
/// Whatever keeps the command from its answer; see [`crate::failure`] for the exit code.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let Cli {
        mut global,
        command,
    } = cli;
    // Detached processes and other tools are told these paths, so they must mean the same there.
    global.state_dir = std::path::absolute(&global.state_dir)?;
    global.stack = global.stack.map(std::path::absolute).transpose()?;
    match command {
        Command::Doctor(arguments) => doctor_command::run(&global, arguments.json),
        Command::Up(arguments) => up::run(&global, arguments),
        Command::Status(arguments) => status::run(&global, arguments.json),
        Command::Open(arguments) => open::run(&global, &arguments),
        Command::Logs(arguments) => logs::run(&global, &arguments),
        Command::Validate(arguments) => validate::run(&global, &arguments),
        Command::Bench(arguments) => bench::run(&global, &arguments),
        Command::Down => down::run(&global),
        Command::Destroy(arguments) => destroy::run(&global, &arguments),
        Command::Kubectl(arguments) => kubectl::run(&global, &arguments),
        Command::Topics(arguments) => topics::run(&global, &arguments),
        Command::Produce(arguments) => produce::run(&global, &arguments),
        Command::Consume(arguments) => consume::run(&global, &arguments),
        Command::Secret(arguments) => secret::run(&global, &arguments.command),
        Command::Supervise => supervise::run(&global),
        Command::ControlNetwork(arguments) => control_network::run(arguments),
        Command::NodeExec(arguments) => node_exec::run(arguments),
    }
}

/// The stack that the command is to work with.
pub(crate) fn stack(global: &Global) -> anyhow::Result<Stack> {
    Ok(Stack::read(manifest(global)?)?)
}

fn manifest(global: &Global) -> Result<&Path, Failure> {
    global.stack.as_deref().ok_or_else(|| {
        Failure::wrong_use("no stack manifest is given")
            .hint("run it as `nix run .#up`, which knows the stack, or name one with --stack FILE")
    })
}

/// The state directory, unless the folder is somebody else's: then nothing may be written or
/// removed there.
fn state_dir(global: &Global) -> Result<StateDir, Failure> {
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

/// Asks before something is lost: `question` says what, `alone` the same where nobody can be asked,
/// and `again` is the command that does not ask.
///
/// # Errors
/// Unless the answer is yes.
fn confirm(question: &str, alone: &str, again: &str) -> Result<(), Failure> {
    match output::ask(&format!("{question} Type yes to go on:")) {
        Some(answer) if answer == "yes" => Ok(()),
        Some(_) => Err(Failure::stack("nothing was removed")),
        None => Err(Failure::wrong_use(format!("{alone}, and there is nobody to ask")).hint(again)),
    }
}

/// The administrator's kubeconfig; where there is none, no cluster was ever started.
fn kubeconfig(global: &Global) -> Result<PathBuf, Failure> {
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
fn bootstrap(stack: &Stack) -> anyhow::Result<String> {
    Ok(stack.of_role(role::EVENT_BUS)?.endpoint()?.to_owned())
}

/// The running event bus.
pub(crate) async fn bus(global: &Global) -> anyhow::Result<Bus> {
    Ok(Bus::connect(&bootstrap(&stack(global)?)?, BUS_PATIENCE).await?)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().context("cannot start the threads that talk to the cluster")
}
