//! How the driver's clients are set, and why. Each setting that is not the client's default.

use rdkafka::ClientConfig;

use super::plan::{Acks, LoadPlan};
use crate::client;

/// How long a batch waits for more, in ms. The default of 5 would be most of a latency; with 0 each
/// message is a request, and the broker's cores are spent on requests.
const LINGER_PACED: &str = "2";
/// As fast as possible there are always more.
const LINGER_FLAT_OUT: &str = "5";

/// Bytes of a batch at most. Paced, the linger ends a batch long before.
const BATCH_BYTES: &str = "524288";
/// Messages of a batch at most: the default of 10,000 would be the bound for small ones.
const BATCH_MESSAGES: &str = "100000";

/// Messages that stay with one partition before the next has its turn, so that a batch fills
/// within its linger. The client's own choice costs a hash or a random number for each message.
pub(super) const RUN_PACED: u64 = 64;
/// A longer one, for fuller batches.
pub(super) const RUN_FLAT_OUT: u64 = 512;

/// Messages and KiB that wait in the client. Paced, a second's stall of the broker must fit, or the
/// driver itself would stall.
const QUEUE_MESSAGES: &str = "1000000";
const QUEUE_KBYTES: &str = "262144";

/// The values are noise, so LZ4 would only cost: what is measured is the bus and not a compressor.
const COMPRESSION: &str = "none";

/// The consumer's request waits at the broker at most so long, in ms, for the first byte. It is
/// answered at once when there is one, so it adds no latency; short, so that an end is noticed.
const FETCH_WAIT: &str = "50";
/// Before it asks again when the local queue is full, in ms. The default of a second is a stall.
const FETCH_BACKOFF: &str = "1";
/// KiB that wait in the consumer.
const CONSUMER_QUEUE_KBYTES: &str = "131072";

/// Bytes of the sockets' buffers. 0 leaves them to the kernel, which lets them grow as needed.
const SOCKET_BUFFER: &str = "0";

/// What the run's topic keeps for each partition, in bytes: the disk's bound, and how far the
/// consumer may fall behind before records are lost.
pub(super) const KEPT_BYTES: &str = "536870912";
/// Only whole segments are deleted.
pub(super) const SEGMENT_BYTES: &str = "67108864";

pub(super) fn producer(bootstrap: &str, plan: &LoadPlan) -> ClientConfig {
    let (acks, idempotent) = match plan.acks {
        Acks::None => ("0", "false"),
        Acks::Leader => ("1", "false"),
        Acks::All => ("all", "true"),
    };
    let linger = if plan.rate.is_some() {
        LINGER_PACED
    } else {
        LINGER_FLAT_OUT
    };
    let mut config = client::config(bootstrap);
    config
        .set("acks", acks)
        .set("enable.idempotence", idempotent)
        .set("linger.ms", linger)
        .set("batch.size", BATCH_BYTES)
        .set("batch.num.messages", BATCH_MESSAGES)
        .set("queue.buffering.max.messages", QUEUE_MESSAGES)
        .set("queue.buffering.max.kbytes", QUEUE_KBYTES)
        .set("compression.type", COMPRESSION)
        // A report for each message would cost more than sending it. What the flush at the end
        // does not report as failed was acknowledged.
        .set("delivery.report.only.error", "true")
        .set("socket.send.buffer.bytes", SOCKET_BUFFER);
    config
}

pub(super) fn consumer(bootstrap: &str) -> ClientConfig {
    let mut config = client::config(bootstrap);
    config
        // Required by the client; nothing joins it or commits to it.
        .set("group.id", "groundwork-load")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", FETCH_WAIT)
        .set("fetch.min.bytes", "1")
        .set("fetch.queue.backoff.ms", FETCH_BACKOFF)
        .set("queued.min.messages", "1000000")
        .set("queued.max.messages.kbytes", CONSUMER_QUEUE_KBYTES)
        // The kernel's loopback does not flip bits.
        .set("check.crcs", "false")
        .set("socket.receive.buffer.bytes", SOCKET_BUFFER);
    config
}
