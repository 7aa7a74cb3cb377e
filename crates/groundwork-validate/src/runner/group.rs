//! The groups of checks that run at the same time. Each check of one works on another part of the stack.

/// The broker is killed over and over while the store of logs is restarted.
pub(crate) const BROKER_AND_LOGS: &str = "broker and logs";
/// The stores of metrics, logs and traces are killed.
pub(crate) const STORES: &str = "stores";
