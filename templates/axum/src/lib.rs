//! The service: its parts, put together. `src/main.rs` serves it.

pub mod config;
mod error;
// [kafka]
pub mod events;
// [/kafka]
// [database]
pub mod migrations;
// [/database]
pub mod models;
pub mod routes;

use std::{future::Future, io, sync::Arc};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};
use groundwork_secret_files::SecretFiles;
use groundwork_service::{
    Ended, Readiness, Requests, Server, observe, ops, telemetry::server_span,
};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::{
    config::Settings,
    models::items::{Items, MemoryItems},
    routes::App,
};

pub use crate::error::Error;

/// Everything that the service answers, inside its span and counted in `figures`.
pub fn router(app: App, readiness: Readiness, mut figures: Registry) -> Router {
    let requests = Requests::register(&mut figures);
    Router::new()
        .merge(routes::items::router())
        .with_state(app)
        .merge(ops(readiness, figures))
        .layer(from_fn_with_state(requests, observe))
        .layer(from_fn(server_span))
}

/// Serves on `listener` until `stop` ends, and then drains. What the service depends on may be away; `/ready` says so.
///
/// # Errors
/// When the listener breaks, or a client cannot be made.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    #[allow(unused_mut, reason = "what a service does without")]
    let (mut readiness, mut figures) = (Readiness::default(), Registry::default());
    #[allow(unused_mut, reason = "what a service does without")]
    let mut background = vec![];
    #[allow(unused_variables, reason = "a database takes its place")]
    let items: Arc<dyn Items> = Arc::new(MemoryItems::default());
    // [database]
    let database =
        groundwork_database::Database::new(SecretFiles::new(settings.secrets.join("database")));
    background.push(database.migrate(migrations::ALL));
    let items: Arc<dyn Items> = Arc::new(models::stored_items::StoredItems::new(database.clone()));
    readiness = readiness.needs("database", move || {
        let database = database.clone();
        async move { database.missing().await }
    });
    // [/database]
    // [kafka]
    let bus = groundwork_bus::Bus::new(
        &settings.kafka_brokers,
        config::NAME,
        settings.kafka_replication,
        groundwork_bus::Figures::register(&mut figures),
    );
    let bus = bus.map_err(io::Error::other)?;
    let reading = bus.read(&settings.items_topic, events::keep(items.clone()));
    background.push(reading.map_err(io::Error::other)?);
    let announced = events::Announced::new(bus.clone(), settings.items_topic.clone());
    readiness = readiness.needs("kafka", move || {
        let bus = bus.clone();
        async move { bus.missing().await }
    });
    // [/kafka]
    let app = App {
        items,
        token: Arc::new(SecretFiles::new(settings.secrets.join("token"))),
        most_items: settings.most_items,
        // [kafka]
        events: Arc::new(announced),
        // [/kafka]
    };
    let mut server =
        Server::new(readiness.clone()).listen(listener, router(app, readiness, figures));
    for task in background {
        server = server.background(task);
    }
    if server.run(stop).await? == Ended::InFlight {
        tracing::warn!("stopped with requests still in flight");
    }
    Ok(())
}
