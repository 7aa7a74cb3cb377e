//! What a run does, and what it measured.

use std::time::Duration;

use serde::Serialize;

use super::latency::Latency;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadPlan {
    /// The run's own topic: made anew, and deleted afterwards.
    pub topic: String,
    /// How many partitions it has.
    pub partitions: i32,
    /// Messages a second; `None` for as many as the client takes.
    pub rate: Option<u64>,
    /// Bytes of a value, 16 at least.
    pub size: usize,
    /// How long messages are due, after the warm-up.
    pub duration: Duration,
    /// How long messages of the same rate go before, which count only where they are lost: a new
    /// broker compiles its code while it works.
    pub warm_up: Duration,
    /// What a message needs to be acknowledged.
    pub acks: Acks,
}

impl LoadPlan {
    /// Whether a consumer takes part. Not where acknowledgements are counted: it would take its
    /// share of the machine from what is measured.
    pub(super) fn is_read(&self) -> bool {
        self.rate.is_some() || self.acks != Acks::All
    }
}

/// What a message needs to be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// Nothing: it counts as sent.
    None,
    /// The leader has it.
    Leader,
    /// Every replica in sync has it, and the producer is idempotent.
    All,
}

/// What a run measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Messages that the client took, with those of the warm-up.
    pub sent: u64,
    /// Different messages of them that were consumed; in a run without a rate and with acks=all,
    /// those that the broker stored.
    pub received: u64,
    /// Sent and not received.
    pub lost: u64,
    /// Received more than once; only producers that are not idempotent may do that.
    pub duplicates: u64,
    /// From the first message after the warm-up to the last that arrived.
    pub seconds: f64,
    /// Messages a second that arrived in that time.
    pub rate: f64,
    /// Only with a rate: without one, latency is the length of the client's queue.
    pub latency: Option<Latency>,
    /// How late the driver itself was at worst in handing a message to the client, in ms. It is
    /// part of the latency; when it is most of it, the machine had no time for the driver.
    pub driver_behind_ms: f64,
    /// Messages that the client gave up.
    pub send_errors: u64,
}
