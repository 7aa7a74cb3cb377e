//! Clients for what the stack tells about itself, and what is written to be counted there.
//!
//! One module for each server and the API that it speaks: [`metrics`] (Prometheus), [`logs`] (VictoriaLogs),
//! [`traces`] (Jaeger), [`alerts`] (Alertmanager), and [`console`] for all of them as its page asks.
//! What is written, so that a check or a benchmark knows what must be found again: [`corpus`] and [`writers`],
//! with [`numbers`] to count it.
//!
//! Owned here: requests, and answers as types. Not owned: the questions, and what an answer should have been.
//!
//! # Example
//! The lines of one service since a moment, from the VictoriaLogs at `url`:
//! ```
//! use groundwork_signals::{Error, Window, logs::{Logs, of_service}};
//! use jiff::Timestamp;
//!
//! async fn messages(url: &str, since: Timestamp) -> Result<Vec<String>, Error> {
//!     let query = format!("{} {}", of_service("hello"), Window::since(since));
//!     let lines = Logs::new(url)?.search(&query).await?;
//!     Ok(lines.iter().map(|line| line.message().to_owned()).collect())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // A server that does not answer is named in the error.
//! let error = messages("http://127.0.0.1:1", Timestamp::now()).await.unwrap_err();
//! assert!(matches!(error, Error::Silent { url, .. } if url.starts_with("http://127.0.0.1:1/")));
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod alerts;
pub mod console;
pub mod corpus;
mod error;
mod http;
pub mod logs;
pub mod metrics;
pub mod numbers;
pub mod traces;
mod window;
pub mod writers;

pub use error::Error;
pub use http::answers;
pub use window::Window;
