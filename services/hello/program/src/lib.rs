//! The smallest service that does everything a service here should do: it answers, tells whether it
//! lives and is ready, counts and times its requests, logs JSON, takes its part in traces, keeps
//! data, and stops cleanly.
//!
//! One concern per module. [`config`](Config) is what the environment says, `routes` what it
//! answers, `metrics` and `lag` what it counts, `notes` what it keeps, `forward` what it hands on to
//! another service, `events` what it says and hears on the event bus, `private` what it answers only
//! to who has its token, `server` its life from start to stop, [`get`](get()) the client side, and
//! [`say`](say()) what tests the platform's logs and traces. How a service logs and traces is in groundwork-telemetry.

mod config;
mod events;
mod forward;
mod get;
mod lag;
mod metrics;
mod notes;
mod private;
mod routes;
mod say;
mod server;

pub use config::Config;
pub use get::{Error as GetError, get};
pub use say::{Error as SayError, Say, say};
pub use server::serve;
