//! The consuming side: times each message and counts it once.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};

use super::{
    latency::{Latencies, Latency},
    payload::{self, Seen},
    plan::LoadPlan,
    tuning,
};
use crate::{client::ANSWER, group::is_passing};

/// How long one look for messages waits.
const LOOK: Duration = Duration::from_millis(50);

/// How long nothing may come, once everything is sent, before the rest counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// That sending goes on.
pub(super) const NOT_KNOWN: u64 = u64::MAX;

/// The consumer, reading every partition.
pub(super) struct Reader(BaseConsumer);

/// What was received.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub(super) messages: u64,
    pub(super) duplicates: u64,
    /// Different messages, less those of the warm-up.
    pub(super) counted: u64,
    pub(super) latency: Option<Latency>,
    /// From the clock's start until the last message.
    pub(super) until: Duration,
}

impl Reader {
    /// Reads the run's topic from its start, and waits for the message that opens each partition.
    pub(super) fn open(bootstrap: &str, plan: &LoadPlan) -> Result<Self, KafkaError> {
        let consumer: BaseConsumer = tuning::consumer(bootstrap).create()?;
        let mut all = TopicPartitionList::new();
        for partition in 0..plan.partitions {
            all.add_partition_offset(&plan.topic, partition, Offset::Beginning)?;
        }
        consumer.assign(&all)?;
        let end = Instant::now() + ANSWER;
        let mut missing = plan.partitions;
        while missing > 0 && Instant::now() < end {
            match consumer.poll(LOOK) {
                Some(Ok(_)) => missing -= 1,
                Some(Err(error)) if !is_passing(&error) => return Err(error),
                _ => {}
            }
        }
        if missing > 0 {
            return Err(KafkaError::NoMessageReceived);
        }
        Ok(Self(consumer))
    }

    /// Reads until all of `sent` has come; it is [`NOT_KNOWN`] while sending goes on.
    pub(super) fn read(
        &self,
        plan: &LoadPlan,
        clock: Instant,
        sent: &AtomicU64,
    ) -> Result<Received, KafkaError> {
        let (mut seen, mut latencies) = (Seen::default(), Latencies::new());
        let (mut until, mut counted) = (Duration::ZERO, 0);
        let mut heard = clock;
        loop {
            let total = sent.load(Ordering::Relaxed);
            if seen.different >= total || (total != NOT_KNOWN && heard.elapsed() > PATIENCE) {
                break;
            }
            let message = match self.0.poll(LOOK) {
                Some(Ok(message)) => message,
                Some(Err(error)) if !is_passing(&error) => return Err(error),
                _ => continue,
            };
            let Some((number, due)) = message.payload().and_then(payload::read) else {
                continue;
            };
            heard = Instant::now();
            let before = seen.different;
            seen.add(number);
            if seen.different == before {
                continue;
            }
            until = heard.saturating_duration_since(clock);
            let due = Duration::from_nanos(due);
            if due >= plan.warm_up {
                latencies.add(until.saturating_sub(due));
            }
            // Paced, a late message of the warm-up is still one of the warm-up; without a pace
            // nothing is due, and what counts is when it came.
            let moment = if plan.rate.is_some() { due } else { until };
            if moment >= plan.warm_up {
                counted += 1;
            }
        }
        Ok(Received {
            messages: seen.different,
            duplicates: seen.again,
            counted,
            latency: plan.rate.and_then(|_| latencies.summary()),
            until,
        })
    }

    /// How many messages the broker has stored, without those that opened the partitions.
    pub(super) fn stored(bootstrap: &str, plan: &LoadPlan) -> Result<u64, KafkaError> {
        let consumer: BaseConsumer = tuning::consumer(bootstrap).create()?;
        let mut stored = 0;
        for partition in 0..plan.partitions {
            // The topic is new: its latest offset is its number of records, whatever was deleted.
            let (_, latest) = consumer.fetch_watermarks(&plan.topic, partition, ANSWER)?;
            stored += u64::try_from(latest - 1).unwrap_or(0);
        }
        Ok(stored)
    }
}
