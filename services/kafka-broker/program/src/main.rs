//! What the broker's pod runs: `start` becomes the broker, `watch` tells whether it works.
//!
//! Both live in the broker's image. They know where its programs are, its volume and its settings;
//! the settings themselves are Kafka's own, in components/kafka/k8s.

mod archive;
mod java;
mod log;
mod start;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use groundwork_process::error::{Exit, chain};
use log::log;

/// Starts Apache Kafka, or watches it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Gives the volume its identity if it has none, and becomes the broker
    Start(start::Start),
    /// Answers /started and /ready, and makes the archive of classes once the broker works
    Watch(watch::Watch),
}

fn main() -> ExitCode {
    let error = match Arguments::parse().command {
        Command::Start(start) => start.run(),
        Command::Watch(watch) => match watch.run() {
            Ok(()) => return Exit::Done.into(),
            Err(error) => error.into(),
        },
    };
    // Its standard error is no log: Kafka's own lines go to standard output, and so do these.
    log("ERROR", &chain(&*error));
    Exit::Failed.into()
}
