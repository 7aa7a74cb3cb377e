//! The console's parts put together, and served on two ports.

use std::{future::Future, io};

use axum::http::StatusCode;
use groundwork_contract::role;
use groundwork_service::{Ended, Readiness, Requests, Server, ops};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::{
    cluster::Cluster,
    components::{Components, NoComponents},
    config::Config,
    events::Events,
    guard::{Guard, NoGuard},
    page::Page,
    proxy::Proxy,
    routes::{Parts, browser},
    tails::Tails,
};

/// Why the console does not serve.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Who may ask cannot be told.
    #[error(transparent)]
    Guard(#[from] NoGuard),
    /// What it may ask cannot be told.
    #[error(transparent)]
    Components(#[from] NoComponents),
    /// There is no client for the servers behind it.
    #[error("cannot make the client that asks the other servers")]
    Client(#[from] reqwest::Error),
    /// A listener broke.
    #[error("cannot listen any more")]
    Listener(#[from] io::Error),
}

/// Serves browsers on `listener` and the cluster on `cluster` until `stop` resolves. Then it is no
/// longer ready but still answers for `config.drain`. After that it takes no more connections, and
/// waits for the requests in flight for `config.grace` at most.
///
/// # Errors
/// [`Refused`].
pub async fn serve(
    listener: TcpListener,
    ops_listener: TcpListener,
    config: Config,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Refused> {
    let address = listener.local_addr()?;
    let guard = Guard::new(&config.hosts, address.port(), config.token_file)?;
    let (readiness, mut registry) = (Readiness::default(), Registry::default());
    let requests = Requests::register(&mut registry)
        .unmatched("page")
        // An open page asks every few seconds; only what went wrong is worth a line.
        .quiet(|_, status| status < StatusCode::BAD_REQUEST);
    let tails = Tails::register(&mut registry);
    let components = Components::read(&config.components)?;
    let broker = components
        .of_role(role::EVENT_BUS)
        .map_or("", |(_, address)| address)
        .to_owned();
    let proxy = Proxy::new(components, tails.clone())?;
    let parts = Parts {
        guard,
        requests,
        page: Page::new(config.page),
        dashboards: config.dashboards,
        cluster: Cluster::find(config.kubeconfig.as_deref(), proxy.clone()).await,
        events: Events::new(&broker, tails, proxy.clone()),
        proxy,
    };
    tracing::info!(%address, hosts = config.hosts.join(","), "listening");
    let grace = config.grace;
    let server = Server::new(readiness.clone())
        .drain(config.drain)
        .grace(grace)
        .listen(listener, browser(parts))
        // A port that no browser reaches.
        .listen(ops_listener, ops(readiness, registry));
    if server.run(stop).await? == Ended::InFlight {
        // A live tail never ends by itself.
        tracing::info!(?grace, "stopped with requests still in flight");
    }
    Ok(())
}
