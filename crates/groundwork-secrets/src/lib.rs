//! Secrets at run time: a service says where a secret is, gets its current version, and gets each
//! new one without a restart.
//!
//! ```no_run
//! # async fn service() -> Result<(), Box<dyn std::error::Error>> {
//! let location = std::env::var("DESK_BROKER_KEY")?.parse()?; // "api:broker-key", "file:/run/secrets/broker-key"
//! let key = groundwork_secrets::watch(&location).await?;
//! // For each use anew: a version that was replaced is then out of use at once.
//! let secret = key.current().ok_or("the secret is not there yet")?;
//! let key = secret.field("key")?.expose();
//! # Ok(())
//! # }
//! ```
//!
//! One concern per module: `location` is what a setting says. `files` and `api` are the two ways
//! in, `watched` what both hand over to, and `watch` the choice between them. [`store`] is for programs that
//! keep secrets and their versions. One version and its values are groundwork-secret-files'.
//!
//! This crate zeroises what it holds: each [`Value`], with the last use of its [`Secret`]. On its
//! way here a value also passes through buffers of others, which are freed and not overwritten: by
//! the API those of TLS, HTTP and JSON (where it is base64), from files none in this process.
//! Neither is memory locked: what the machine swaps out or dumps may have a value in it.

mod api;
mod error;
mod files;
mod location;
pub mod store;
#[cfg(test)]
mod tests;
mod watch;
mod watched;

pub use error::Error;
pub use groundwork_secret_files::{Fields, NoField, Secret, Value};
pub use location::{BadLocation, Location};
pub use watch::watch;
pub use watched::Watched;
