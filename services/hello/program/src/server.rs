//! The service's life: it serves, is told to stop, drains and ends.

use std::{
    future::Future,
    io,
    sync::{Arc, atomic::Ordering},
};

use axum::Router;
use rdkafka::error::KafkaError;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle, time::sleep};

use crate::{
    Config,
    events::{self, Publisher, Seen},
    forward::{Forward, forwarding},
    private,
    routes::{App, router},
};

/// Serves on `listener` until `stop` resolves. Then it is no longer ready but still answers for
/// `config.drain`, takes no more connections, and waits for the requests in flight for
/// `config.grace` at most.
///
/// # Errors
/// When the listener breaks, or what the configuration names cannot be used.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever sends requests is given time to go elsewhere"
)]
pub async fn serve(
    listener: TcpListener,
    config: Config,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (drain, grace) = (config.drain, config.grace);
    tracing::info!(address = %listener.local_addr()?, pod = config.pod, "listening");
    let app = Arc::new(App::new(config.clone()));
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
        None => on_the_bus(&config, &app).map_err(io::Error::other)?,
    };
    let close = Arc::new(Notify::new());
    let closing = Arc::clone(&close);
    let server = axum::serve(listener, router(Arc::clone(&app), events.merge(private)))
        .with_graceful_shutdown(async move { closing.notified().await });

    tokio::select! {
        result = server => result,
        () = async {
            stop.await;
            tracing::info!("told to stop: no longer ready");
            app.draining.store(true, Ordering::Relaxed);
            if let Some(reader) = reader {
                // It confirms what it has dealt with and leaves its group, so that another goes on at once.
                reader.abort();
                let _ = reader.await;
            }
            sleep(drain).await;
            close.notify_one();
            sleep(grace).await;
        } => {
            tracing::warn!(?grace, "stopped with requests still in flight");
            Ok(())
        }
    }
}

/// The service's part on the event bus, if it has one: a publisher, or a reader that is started.
fn on_the_bus(config: &Config, app: &App) -> Result<(Router, Option<JoinHandle<()>>), KafkaError> {
    let topic = &config.topic;
    Ok(match (&config.broker, &config.group) {
        (Some(broker), Some(group)) => {
            let lag = app.metrics.lag.clone();
            let (reader, seen) = (events::reader(broker, topic, group, lag)?, Seen::default());
            let reading = events::read(reader, group.clone(), seen.clone(), app.metrics.clone());
            (events::showing(seen), Some(tokio::spawn(reading)))
        }
        (Some(broker), None) => (events::publishing(Publisher::new(broker, topic)?), None),
        (None, _) => (Router::new(), None),
    })
}
