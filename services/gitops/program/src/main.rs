//! Has the cluster follow a Git repository: what is committed there is applied, what is removed there is deleted, and
//! what somebody changed by hand is put right.
//!
//! `address` is what may be followed, and pure. `repository` is the Git repository on the volume, and `server` what
//! people push to it by. `objects` reads a commit's objects; `follow` brings them in, and `told` is what is known of
//! that.

mod address;
mod follow;
mod objects;
mod repository;
mod server;
mod told;

use std::{error::Error, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Parser;
use groundwork_apply::Cluster;
use groundwork_process::error::Failure;
use groundwork_service::{Ended, Readiness, Server, listen, shutdown_signal, telemetry};
use tokio::sync::Notify;

use crate::{address::Chosen, follow::Follower, repository::Repository, server::Door, told::Told};

/// Has the cluster follow a Git repository.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where people push to.
    #[arg(long, env = "GITOPS_LISTEN", default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// Where health, figures and the status are, for the cluster alone.
    #[arg(long, env = "GITOPS_OPS_LISTEN", default_value = "0.0.0.0:9464")]
    ops: SocketAddr,
    /// The folder of the repository.
    #[arg(long, env = "GITOPS_DATA", default_value = "/var/lib/gitops")]
    data: PathBuf,
    /// A file with the password that people push with.
    #[arg(
        long,
        env = "GITOPS_PASSWORD_FILE",
        value_name = "FILE",
        default_value = "/run/secrets/gitops-push/token"
    )]
    password: PathBuf,
    /// A file with the address of a repository elsewhere, which is followed instead of this one's own; it need not be
    /// there.
    #[arg(
        long,
        env = "GITOPS_REPOSITORY_FILE",
        value_name = "FILE",
        default_value = "/run/secrets/gitops-repository/address"
    )]
    repository: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::of(&*error, &[]).end(),
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let _telemetry = telemetry::init(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
    let listener = listen(arguments.listen).await?;
    let ops = listen(arguments.ops).await?;
    // Before serving: a signal that comes first must not be lost.
    let stop = shutdown_signal()?;
    let repository = Repository::open(&arguments.data)?;
    let chosen = Chosen::new(arguments.repository);
    let (told, pushed) = (Told::default(), Arc::new(Notify::new()));
    let door = Door {
        repository: repository.clone(),
        password: arguments.password,
        chosen: chosen.clone(),
        pushed: pushed.clone(),
    };
    tracing::info!(address = %listener.local_addr()?, "listening");
    let readiness = Readiness::default();
    let server = Server::new(readiness.clone())
        .listen(listener, server::router(door))
        .listen(ops, told::router(told.clone(), readiness));
    let follower = Follower {
        cluster: Cluster::around()?,
        repository,
        chosen,
        told,
    };
    tokio::select! {
        ended = server.run(stop) => if ended? == Ended::InFlight {
            tracing::warn!("stopped with requests still in flight");
        },
        () = follower.run(&pushed) => {}
    }
    Ok(())
}
