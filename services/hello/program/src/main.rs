//! The command line: serves by default, `hello get` asks another service from inside a pod, and
//! `hello say` writes a known number of lines and spans.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use groundwork_process::error::Failure;
use groundwork_service::{
    listen, shutdown_signal,
    telemetry::{self, Telemetry},
};
use hello::{Config, Say, get, say, serve};

/// How long those may take of which none may be missing.
const ALL_SPANS: Duration = Duration::from_secs(60);

/// A small HTTP service.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Asks a URL once, prints the answer's body, and fails unless the status is 2xx.
    Get {
        /// Plain HTTP, as services speak it inside the cluster.
        url: String,
        /// Asks again until the answer is 2xx, for so many seconds at most.
        #[arg(long, value_name = "SECONDS", default_value_t = 0)]
        until_ok: u64,
    },
    /// Writes numbered lines at an even pace, and ends.
    Say(Say),
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        Some(Command::Get { url, until_ok }) => print(&url, Duration::from_secs(until_ok)).await,
        Some(Command::Say(what)) => speak(&what).await,
        None => run(args.config).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&*error, &[]).end(),
    }
}

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

async fn print(url: &str, patience: Duration) -> Result {
    let body = get(url, patience).await?;
    Ok(writeln!(io::stdout(), "{body}")?)
}

fn telemetry() -> std::result::Result<Telemetry, telemetry::Error> {
    telemetry::init(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
}

async fn speak(what: &Say) -> Result {
    let telemetry = telemetry()?;
    say(what, &telemetry).await?;
    Ok(telemetry.shutdown(ALL_SPANS)?)
}

async fn run(config: Config) -> Result {
    let _telemetry = telemetry()?;
    let listener = listen(config.listen).await?;
    // Before serving: a signal that comes first must not be lost.
    let stop = shutdown_signal()?;
    Ok(serve(listener, config, stop).await?)
}
