//! The console's server: the page, and what the page asks for. It can only look: it reads metrics,
//! logs, traces, alerts, Kubernetes' objects and the event bus, and changes none of them.
//!
//! One concern per module. [`config`](Config) is what the environment says, and `server` how its parts
//! come together. `guard` is who may ask and what every answer carries, `routes` what is where, `page`
//! the files of the page. `proxy` is the servers behind it, `cluster` Kubernetes, `events` the event
//! bus and `dashboards` the folder of dashboards. `api_error` is what it says when something is wrong.
//! What any service has is in groundwork-service; what is drawn is the page's own business.
//!
//! ```
//! use clap::{Args as _, Command, FromArgMatches as _};
//! use groundwork_console::{Config, serve};
//! use tokio::net::TcpListener;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("components.json");
//! // What it may ask of which server; of none here.
//! std::fs::write(&file, "[]")?;
//! let file = file.to_str().expect("a path of text");
//! let settings = Config::augment_args(Command::new("console"));
//! let settings = settings.try_get_matches_from(["console", "--components", file])?;
//! let config = Config::from_arg_matches(&settings)?;
//!
//! let browsers = TcpListener::bind("127.0.0.1:0").await?;
//! let cluster = TcpListener::bind("127.0.0.1:0").await?;
//! let stop = tokio::signal::ctrl_c();
//! # let stop = std::future::ready(());
//! # let config = Config { drain: std::time::Duration::ZERO, ..config };
//! serve(browsers, cluster, config, async { drop(stop.await) }).await?;
//! # Ok(())
//! # }
//! ```

mod api_error;
mod cluster;
mod components;
mod config;
mod dashboards;
mod events;
mod guard;
mod page;
mod paths;
mod proxy;
mod routes;
mod server;
mod tails;
#[cfg(test)]
mod typescript;

pub use config::Config;
pub use guard::NoGuard;
pub use server::{Refused, serve};
