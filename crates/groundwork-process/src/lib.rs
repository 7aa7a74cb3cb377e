//! What every program of ours does with processes, time and errors.
//!
//! [`exec`] is the only place that starts a program, [`wait`] the only one that lets time pass.
//! [`error`] says how an error is told and which exit code it means.
//!
//! ```
//! use groundwork_process::error::{Exit, Failure};
//!
//! let failure = Failure::wrong_use("there is no topic 'order'").hint("groundwork topics");
//! assert_eq!(failure.remedy(), Some("groundwork topics"));
//! assert_eq!(failure.exit(), Exit::WrongUse);
//! ```

pub mod error;
#[cfg(feature = "exec")]
pub mod exec;
pub mod wait;
