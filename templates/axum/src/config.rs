//! What the environment tells the service.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;

/// The service's name.
pub const NAME: &str = "template-service";
// [kafka]
/// The topic of its items.
const ITEMS_TOPIC: &str = "template-service.items";
// [/kafka]

/// Settings; each is an environment variable, and in the cluster a line of k8s/configmap.yaml.
#[derive(Debug, Clone, Parser)]
#[command(version, about = NAME)]
pub struct Settings {
    /// Where it listens. A container has to listen on every address.
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Each secret is a folder in it, and each field a file.
    #[arg(long, env, value_name = "DIR", default_value = "/run/secrets")]
    pub secrets: PathBuf,
    /// How many items are shown at once, at most.
    #[arg(long, env, value_name = "N", default_value_t = 1000)]
    pub most_items: usize,
    // [kafka]
    /// Where the event bus is.
    #[arg(long, env, value_name = "HOST:PORT", default_value = "localhost:9092")]
    pub kafka_brokers: String,
    /// How many copies of each record a topic keeps that the service makes.
    #[arg(long, env, value_name = "N", default_value_t = 1)]
    pub kafka_replication: i32,
    /// What it publishes items to, and keeps them from.
    #[arg(long, env, value_name = "TOPIC", default_value = ITEMS_TOPIC)]
    pub items_topic: String,
    // [/kafka]
}
