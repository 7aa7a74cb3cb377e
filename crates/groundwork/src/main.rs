//! The command line: reads arguments, runs one command, and turns its end into an exit code.

use std::process::ExitCode;

use clap::Parser;

mod again;
mod bench;
mod boot;
mod canary;
mod changes;
mod ci;
mod cli;
mod commands;
mod declared;
mod doctor;
mod failure;
mod gcroot;
mod given;
mod lock;
mod network;
mod optional;
mod output;
mod progress;
mod root;
mod runtime;
mod secrets;
mod service;
mod state;
mod table;

fn main() -> ExitCode {
    match commands::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            let failure = failure::of(&error);
            output::note(failure.lines());
            failure.exit().into()
        }
    }
}
