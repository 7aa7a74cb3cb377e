//! The groups of checks that run at the same time. Each check of one works on another part of the stack.

/// The broker is killed over and over while the store of logs is restarted.
pub(crate) const BROKER_AND_LOGS: &str = "broker and logs";
/// The stores of metrics, logs and traces are killed.
pub(crate) const STORES: &str = "stores";
/// What has to come true by itself is waited for: a retention's minute, an alert's intervals, a scrape.
pub(crate) const WAITING: &str = "waiting";
