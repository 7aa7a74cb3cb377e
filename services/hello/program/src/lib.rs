//! The smallest service that does everything a service here should do. It answers, tells whether it
//! lives and is ready, and counts and times its requests. It logs JSON, takes its part in traces,
//! keeps data, and stops cleanly.
//!
//! One concern per module. [`config`](Config) is what the environment says, `routes` what it answers,
//! `metrics` what it counts, `notes` what it keeps. `forward` is what it hands on to another
//! service, and `events` what it says and hears on the event bus. `private` is what it answers to holders
//! of its token alone, and `server` how these come together. [`get`](get()) is the client side, and
//! [`say`](say()) what tests the platform's logs and traces. What any service has is in groundwork-service.
//!
//! ```
//! use std::{future::pending, time::Duration};
//!
//! use clap::{Args as _, Command, FromArgMatches as _};
//! use tokio::net::TcpListener;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = hello::Config::augment_args(Command::new("hello"));
//! let settings = settings.try_get_matches_from(["hello", "--message", "good morning"])?;
//! let config = hello::Config::from_arg_matches(&settings)?;
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}/", listener.local_addr()?);
//! tokio::spawn(hello::serve(listener, config, pending()));
//!
//! let answer = hello::get(&url, Duration::ZERO).await?;
//! assert!(answer.contains(r#""message":"good morning""#));
//! # Ok(())
//! # }
//! ```

mod config;
mod events;
mod forward;
mod get;
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
