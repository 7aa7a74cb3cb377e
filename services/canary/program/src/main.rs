//! The canary: once a minute it sends one line, one span, one sample and one record, as any service
//! does. It looks for each in its store, and tells how old the newest is that it has found.
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
use groundwork_service::{Ended, Readiness, Server, listen, shutdown_signal, telemetry};
use server::Shared;
use stores::{Places, Stores};

/// For requests in flight when it is told to stop. With the last spans' time it fits into what the pod is given.
const GRACE: Duration = Duration::from_secs(3);

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
    let _telemetry = telemetry::init(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
    let listener = listen(arguments.listen).await?;
    // Before serving: a signal that comes first must not be lost.
    let stop = shutdown_signal()?;
    let stores = Stores::new(arguments.places)?;
    let ages = Shared::new(Ages::new(Instant::now()));
    tracing::info!(address = %listener.local_addr()?, "listening");
    let readiness = Readiness::default();
    let routes = server::router(ages.clone(), readiness.clone());
    // Nobody balances requests over canaries, so none is sent elsewhere.
    let server = Server::new(readiness)
        .drain(Duration::ZERO)
        .grace(GRACE)
        .listen(listener, routes);
    tokio::select! {
        ended = server.run(stop) => if ended? == Ended::InFlight {
            tracing::warn!(grace = ?GRACE, "stopped with requests still in flight");
        },
        () = rounds::run(&ages, &stores) => {}
    }
    Ok(())
}
