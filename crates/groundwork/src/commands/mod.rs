//! The commands, one file each.

use std::process::ExitCode;

use crate::cli::{Cli, Command};

mod bench;
mod ci;
mod completion;
mod consume;
mod control_network;
mod database;
mod deploy;
mod destroy;
mod dev;
mod diff;
mod doctor_command;
mod down;
mod image;
mod kubectl;
mod logs;
mod new;
mod node_exec;
mod open;
mod produce;
mod release;
mod remove;
mod render;
mod rollback;
mod run;
mod secret;
mod service;
mod services;
mod status;
mod supervise;
mod topics;
mod up;
mod validate;

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
        Command::Up(arguments) => up::run(&global, &arguments),
        Command::Diff(arguments) => diff::run(&global, arguments),
        Command::Render(arguments) => render::run(&global, &arguments),
        Command::Status(arguments) => status::run(&global, arguments.json),
        Command::Open(arguments) => open::run(&global, &arguments),
        Command::Logs(arguments) => logs::run(&global, &arguments),
        Command::Validate(arguments) => validate::run(&global, &arguments),
        Command::Bench(arguments) => bench::run(&global, &arguments),
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Release(arguments) => release::run(&arguments),
        Command::Down => down::run(&global),
        Command::Destroy(arguments) => destroy::run(&global, &arguments),
        Command::Kubectl(arguments) => kubectl::run(&global, &arguments),
        Command::Topics(arguments) => topics::run(&global, &arguments),
        Command::Produce(arguments) => produce::run(&global, &arguments),
        Command::Consume(arguments) => consume::run(&global, &arguments),
        Command::New(arguments) => new::run(&global, &arguments),
        Command::Deploy(arguments) => deploy::run(&global, &arguments),
        Command::Dev(arguments) => dev::run(&global, &arguments),
        Command::Run(arguments) => run::run(&global, &arguments),
        Command::Service(arguments) => service::run(&global, &arguments),
        Command::Services(arguments) => services::run(&global, arguments),
        Command::Rollback(arguments) => rollback::run(&global, &arguments),
        Command::Remove(arguments) => remove::run(&global, &arguments),
        Command::Image(arguments) => image::run(&global, &arguments),
        Command::Database(arguments) => database::run(&global, &arguments),
        Command::Secret(arguments) => secret::run(&global, &arguments.command),
        Command::Completion(arguments) => completion::run(arguments),
        Command::Supervise => supervise::run(&global),
        Command::ControlNetwork(arguments) => control_network::run(arguments),
        Command::NodeExec(arguments) => node_exec::run(arguments),
    }
}
