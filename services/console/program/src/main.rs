//! The console's program.

use std::process::ExitCode;

use clap::Parser;
use groundwork_console::{Config, serve};
use groundwork_process::error::Failure;
use groundwork_service::{listen, shutdown_signal, telemetry};
use tokio::runtime::Builder;

/// It mostly waits for others; each further thread would cost memory and save nothing.
const THREADS: usize = 2;
/// For what blocks: files, and questions to the event bus.
const BLOCKING: usize = 12;

/// One local page for the whole stack, which can only look.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(flatten)]
    config: Config,
}

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match start(Args::parse().config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&*error, &[]).end(),
    }
}

fn start(config: Config) -> Result {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()?;
    let result = runtime.block_on(run(config));
    // What still reads from the event bus has nobody to tell it to.
    runtime.shutdown_background();
    result
}

async fn run(config: Config) -> Result {
    let _telemetry = telemetry::init("console", env!("CARGO_PKG_VERSION"))?;
    let (browsers, cluster) = (listen(config.listen).await?, listen(config.ops).await?);
    // Before serving: a signal that comes first must not be lost.
    let stop = shutdown_signal()?;
    Ok(serve(browsers, cluster, config, stop).await?)
}
