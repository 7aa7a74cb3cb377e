//! The parts that every service here is made of. A service brings its routes, its figures and its
//! settings; how it logs, traces, counts, becomes ready and ends is here.
//!
//! [`telemetry`] is its log and its traces, [`Requests`] with [`observe`] what it counts of requests,
//! and [`ops`](ops()) what the cluster asks it for. [`Readiness`] is whether it takes requests,
//! [`shutdown_signal`] how it is told to stop, and [`Server`] its life from start to end.
//!
//! ```
//! use axum::{Router, middleware::{from_fn, from_fn_with_state}, routing::get};
//! use groundwork_service::{
//!     Ended, Readiness, Requests, Server, listen, observe, ops, shutdown_signal, telemetry,
//! };
//! use prometheus_client::registry::Registry;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // What is left of the spans is handed over when it goes.
//! let _telemetry = telemetry::init("orders", "1.0.0")?;
//! let listener = listen("127.0.0.1:0".parse()?).await?;
//! let stop = shutdown_signal()?;
//! # drop(stop);
//! # let stop = std::future::ready(());
//!
//! let (readiness, mut figures) = (Readiness::default(), Registry::default());
//! let requests = Requests::register(&mut figures);
//! let routes = Router::new()
//!     .route("/orders/{id}", get(async || "sold"))
//!     .merge(ops(readiness.clone(), figures))
//!     .layer(from_fn_with_state(requests, observe))
//!     .layer(from_fn(telemetry::server_span));
//!
//! let server = Server::new(readiness).listen(listener, routes);
//! # let server = server.drain(std::time::Duration::ZERO);
//! if server.run(stop).await? == Ended::InFlight {
//!     tracing::warn!("stopped with requests still in flight");
//! }
//! # Ok(())
//! # }
//! ```

mod metrics;
mod ops;
mod readiness;
mod requests;
mod server;
mod signal;
pub mod telemetry;

pub use metrics::text;
pub use ops::ops;
pub use readiness::Readiness;
pub use requests::{Requests, observe};
pub use server::{CannotListen, Ended, Server, listen};
pub use signal::shutdown_signal;
