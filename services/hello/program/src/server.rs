//! The service's parts put together, and served.

use std::{future::Future, io};

use axum::Router;
use groundwork_bus::{Figures, KafkaError, Publisher, Reader};
use groundwork_service::{Ended, Readiness, Requests, Server, ops};
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    config::Config,
    events::{self, Seen},
    forward::{Forward, forwarding},
    metrics, private,
    routes::router,
};

/// Serves on `listener` until `stop` resolves. Then it is no longer ready but still answers for
/// `config.drain`. After that it takes no more connections, and waits for the requests in flight
/// for `config.grace` at most.
///
/// # Errors
/// When the listener breaks, or what the configuration names cannot be used.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let grace = config.grace;
    tracing::info!(address = %listener.local_addr()?, pod = config.pod, "listening");
    let (readiness, mut registry) = (Readiness::default(), Registry::default());
    let requests = Requests::register(&mut registry);
    metrics::register(&mut registry, config.condition);
    let figures = Figures::register(&mut registry);
    let private = match &config.token {
        Some(location) => {
            let token = groundwork_secrets::watch(location).await;
            private::router(config.pod.clone(), token.map_err(io::Error::other)?)
        }
        None => Router::new(),
    };
    let (events, reader) = match &config.forward {
        Some(url) => (
            forwarding(Forward::new(url).map_err(io::Error::other)?),
            None,
        ),
        None => on_the_bus(&config, figures).map_err(io::Error::other)?,
    };
    let more = events
        .merge(private)
        .merge(ops(readiness.clone(), registry));
    let mut server = Server::new(readiness)
        .drain(config.drain)
        .grace(grace)
        .listen(listener, router(&config, requests, more));
    if let Some(reader) = reader {
        // It confirms what it has dealt with and leaves its group, so that another goes on at once.
        server = server.background(reader);
    }
    if server.run(stop).await? == Ended::InFlight {
        tracing::warn!(?grace, "stopped with requests still in flight");
    }
    Ok(())
}

/// The service's part on the event bus, if it has one: a publisher, or a reader that is started.
fn on_the_bus(
    config: &Config,
    figures: Figures,
) -> Result<(Router, Option<JoinHandle<()>>), KafkaError> {
    let (name, topic) = (env!("CARGO_PKG_NAME"), &config.topic);
    Ok(match (&config.broker, &config.group) {
        (Some(broker), Some(group)) => {
            let reader = Reader::new(broker, name, topic, group, &figures)?;
            let seen = Seen::default();
            let reading = events::read(reader, seen.clone(), figures);
            (events::showing(seen), Some(tokio::spawn(reading)))
        }
        (Some(broker), None) => {
            let publisher = Publisher::new(broker, name)?;
            (events::publishing(publisher, topic.clone()), None)
        }
        (None, _) => (Router::new(), None),
    })
}
