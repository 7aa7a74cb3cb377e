//! The console's server: the page, and what the page asks for. It can only look: it reads metrics,
//! logs, traces, alerts, Kubernetes' objects and the event bus, and changes none of them.
//!
//! One concern per module. [`config`](Config) is what the environment says, `server` its life from
//! start to stop, `guard` who may ask and what every answer carries, `routes` what is where, `page`
//! the files of the page, `proxy` the servers behind it, `cluster` Kubernetes, `events` the event bus,
//! `dashboards` the folder of dashboards, `metrics` what it counts and `failure` what it says when
//! something is wrong. What is drawn is the page's own business.

mod cluster;
mod components;
mod config;
mod dashboards;
mod events;
mod failure;
mod guard;
mod metrics;
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
