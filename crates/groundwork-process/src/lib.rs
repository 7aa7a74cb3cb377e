//! What every program of ours does with processes, time and errors.
//!
//! [`exec`] is the only place that starts a program, [`wait`] the only one that lets time pass.
//! [`error`] says how an error is told and which exit code it means.

pub mod error;
#[cfg(feature = "exec")]
pub mod exec;
pub mod wait;
