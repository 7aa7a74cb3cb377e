//! The console's program.

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use groundwork_console::{Config, serve};
use groundwork_process::error::Failure;
use tokio::{
    net::TcpListener,
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

/// How long the last spans may take.
const LAST_SPANS: Duration = Duration::from_secs(3);
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
    let telemetry = groundwork_telemetry::init("console", env!("CARGO_PKG_VERSION"))?;
    let listen = async |address| {
        let listener = TcpListener::bind(address).await;
        listener.map_err(|error| format!("cannot listen on {address}: {error}"))
    };
    let (browsers, cluster) = (listen(config.listen).await?, listen(config.ops).await?);
    // Before serving: a signal that comes first must not be lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    serve(browsers, cluster, config, stop).await?;
    if let Err(error) = telemetry.shutdown(LAST_SPANS) {
        tracing::warn!(%error, "stopped");
    }
    Ok(())
}
