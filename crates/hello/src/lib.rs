//! The smallest service that does everything a service here should do: it answers, tells whether it
//! lives and is ready, counts and times its requests, logs JSON, keeps data, and stops cleanly.
//!
//! One concern per module. [`config`](Config) is what the environment says, `routes` what it
//! answers, `metrics` what it counts, `notes` what it keeps, `events` what it says and hears on the
//! event bus, `server` its life from start to stop,
//! and [`get`](get()) the client side.

mod config;
mod events;
mod get;
mod metrics;
mod notes;
mod routes;
mod server;

pub use config::Config;
pub use get::{Error as GetError, get};
pub use server::serve;
