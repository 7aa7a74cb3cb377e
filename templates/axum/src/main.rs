//! `service` serves until it is told to stop.

use std::{error::Error, process::ExitCode};

use clap::Parser;
use groundwork_process::error::Failure;
use groundwork_service::{listen, shutdown_signal, telemetry};
use service::config::{NAME, Settings};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Settings::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&*error, &[]).end(),
    }
}

async fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    // What is left of the spans is handed over when it goes.
    let _telemetry = telemetry::init(NAME, env!("CARGO_PKG_VERSION"))?;
    let listener = listen(settings.listen).await?;
    // Before serving: a signal that comes first must not be lost.
    let stop = shutdown_signal()?;
    Ok(service::serve(listener, settings, stop).await?)
}
