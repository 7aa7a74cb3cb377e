//! The canary: once a minute it sends one line, one span, one sample and one record, as any service
//! does, looks for each in its store, and tells how old the newest is that it has found.
//!
//! `ages` is what is known, and pure; `rounds` sends and looks; `stores` asks each store in its own
//! words; `server` is what it answers to Prometheus and to `groundwork status`.

mod ages;
mod rounds;
mod server;
mod stores;

use std::{
    error::Error,
    net::SocketAddr,
    process::ExitCode,
    time::{Duration, Instant},
};

use ages::Ages;
use clap::Parser;
use groundwork_process::error::Failure;
use server::Shared;
use stores::{Places, Stores};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// How long the last spans may take.
const LAST_SPANS: Duration = Duration::from_secs(3);

/// Sends something to each store, and finds it again.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where it listens.
    #[arg(long, env = "CANARY_LISTEN", default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    places: Places,
}

// One thread: it mostly waits, and its requests are few.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&*error, &[]).end(),
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { listen, places } = arguments;
    let telemetry = groundwork_telemetry::init(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    // Before serving: a signal that comes first must not be lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let stores = Stores::new(places)?;
    let ages = Shared::new(Ages::new(Instant::now()));
    tracing::info!(address = %listener.local_addr()?, "listening");
    let server = axum::serve(listener, server::router(ages.clone()));
    tokio::select! {
        served = server.with_graceful_shutdown(stop) => served?,
        () = rounds::run(&ages, &stores) => {}
    }
    if let Err(error) = telemetry.shutdown(LAST_SPANS) {
        tracing::warn!(%error, "stopped");
    }
    Ok(())
}
