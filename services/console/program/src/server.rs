//! The console's life: it serves on two ports, is told to stop, drains and ends.

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use groundwork_stack::role;
use tokio::{net::TcpListener, sync::watch, time::sleep};

use crate::{
    Config,
    cluster::Cluster,
    components::{Components, NoComponents},
    events::Events,
    guard::{Guard, NoGuard},
    metrics::Metrics,
    page::Page,
    proxy::Proxy,
    routes::{Parts, browser, ops},
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
/// longer ready but still answers for `config.drain`, takes no more connections, and waits for the
/// requests in flight for `config.grace` at most.
///
/// # Errors
/// [`Refused`].
#[expect(
    clippy::disallowed_methods,
    reason = "whoever sends requests is given time to go elsewhere"
)]
pub async fn serve(
    listener: TcpListener,
    ops_listener: TcpListener,
    config: Config,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Refused> {
    let address = listener.local_addr()?;
    let guard = Guard::new(&config.hosts, address.port(), config.token_file)?;
    let metrics = Metrics::new();
    let tails = Tails::new(metrics.tails.clone());
    let components = Components::read(&config.components)?;
    let broker = components
        .of_role(role::EVENT_BUS)
        .map_or("", |(_, address)| address)
        .to_owned();
    let proxy = Proxy::new(components, tails.clone())?;
    let parts = Parts {
        guard,
        metrics: metrics.clone(),
        page: Page::new(config.page),
        dashboards: config.dashboards,
        cluster: Cluster::find(config.kubeconfig.as_deref(), proxy.clone()).await,
        events: Events::new(&broker, tails, proxy.clone()),
        proxy,
    };
    tracing::info!(%address, hosts = config.hosts.join(","), "listening");
    let draining = Arc::new(AtomicBool::new(false));
    let (close, closing) = watch::channel(());
    let closed = |mut closing: watch::Receiver<()>| async move {
        // A sender that is gone closes as well.
        let _ = closing.changed().await;
    };
    let browsers = axum::serve(listener, browser(parts));
    let browsers = browsers.with_graceful_shutdown(closed(closing.clone()));
    let cluster = axum::serve(ops_listener, ops(metrics, Arc::clone(&draining)));
    let cluster = cluster.with_graceful_shutdown(closed(closing));
    let both = async { tokio::try_join!(browsers.into_future(), cluster.into_future()) };

    tokio::select! {
        result = both => result.map(drop).map_err(Refused::Listener),
        () = async {
            stop.await;
            tracing::info!("told to stop: no longer ready");
            draining.store(true, Ordering::Relaxed);
            sleep(config.drain).await;
            let _ = close.send(());
            sleep(config.grace).await;
        } => {
            tracing::info!(grace = ?config.grace, "stopped with requests still in flight");
            Ok(())
        }
    }
}
