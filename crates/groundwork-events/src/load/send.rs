//! The sending side: hands each message to the client when it is due.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientContext,
    error::{KafkaError, RDKafkaErrorCode},
    producer::{BaseRecord, DeliveryResult, Producer, ProducerContext, ThreadedProducer},
};

use super::{
    payload::Payload,
    plan::LoadPlan,
    tuning::{self, RUN_FLAT_OUT, RUN_PACED},
};
use crate::client::ANSWER;

/// The pause between two bursts of messages that have become due. It is part of the latency, and
/// shorter ones cost a core.
const PAUSE: Duration = Duration::from_micros(250);

/// While the client's queue is full.
const FULL: Duration = Duration::from_micros(500);

/// How long the messages that are still on their way may take.
const FLUSH: Duration = Duration::from_secs(60);

/// The producer, opened.
pub(super) struct Sender {
    producer: ThreadedProducer<GivenUp>,
    payload: Payload,
}

/// What was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) messages: u64,
    /// Of them, those of the warm-up: paced, those that were due then; else those acknowledged.
    pub(super) warm_up: u64,
    pub(super) behind: Duration,
    /// From the clock's start until everything was acknowledged.
    pub(super) until: Duration,
}

impl Sender {
    /// Connects to every partition's leader with one message each.
    pub(super) fn open(bootstrap: &str, plan: &LoadPlan) -> Result<Self, KafkaError> {
        let producer: ThreadedProducer<GivenUp> =
            tuning::producer(bootstrap, plan).create_with_context(GivenUp::default())?;
        let mut payload = Payload::new(plan.size);
        for partition in 0..plan.partitions {
            let record = BaseRecord::<(), [u8]>::to(&plan.topic).partition(partition);
            let sent = producer.send(record.payload(payload.opening()));
            sent.map_err(|(error, _)| error)?;
        }
        producer.flush(ANSWER)?;
        Ok(Self { producer, payload })
    }

    /// Sends what `plan` says, counted from `clock`, and waits until it is acknowledged.
    pub(super) fn send(&mut self, plan: &LoadPlan, clock: Instant) -> Result<Sent, KafkaError> {
        let end = plan.warm_up + plan.duration;
        let mut sent = match plan.rate {
            Some(rate) => self.paced(plan, clock, rate)?,
            None => self.flat_out(plan, clock, end)?,
        };
        self.producer.flush(FLUSH)?;
        sent.until = clock.elapsed();
        Ok(sent)
    }

    /// Messages that the client gave up.
    pub(super) fn failures(&self) -> u64 {
        self.producer.context().0.load(Ordering::Relaxed)
    }

    fn paced(&mut self, plan: &LoadPlan, clock: Instant, rate: u64) -> Result<Sent, KafkaError> {
        let mut sent = Sent {
            messages: 0,
            warm_up: due_within(plan.warm_up, rate),
            behind: Duration::ZERO,
            until: Duration::ZERO,
        };
        let total = sent.warm_up + due_within(plan.duration, rate);
        while sent.messages < total {
            let now = clock.elapsed();
            let due = due_within(now, rate).saturating_add(1).min(total);
            if sent.messages < due && sent.messages >= sent.warm_up {
                let late = now.saturating_sub(Duration::from_nanos(due_at(sent.messages, rate)));
                sent.behind = sent.behind.max(late);
            }
            while sent.messages < due {
                let partition = partition(plan, sent.messages, RUN_PACED);
                self.one(plan, partition, sent.messages, due_at(sent.messages, rate))?;
                sent.messages += 1;
            }
            pause(PAUSE);
        }
        Ok(sent)
    }

    fn flat_out(
        &mut self,
        plan: &LoadPlan,
        clock: Instant,
        end: Duration,
    ) -> Result<Sent, KafkaError> {
        let mut sent = Sent {
            messages: 0,
            warm_up: 0,
            behind: Duration::ZERO,
            until: Duration::ZERO,
        };
        loop {
            let now = clock.elapsed();
            if now >= end {
                return Ok(sent);
            }
            let nanos = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
            // A look at the clock for each run is enough.
            for _ in 0..RUN_FLAT_OUT {
                let partition = partition(plan, sent.messages, RUN_FLAT_OUT);
                self.one(plan, partition, sent.messages, nanos)?;
                sent.messages += 1;
            }
            if now < plan.warm_up {
                // What still waits is acknowledged in the time that is measured.
                let waits = u64::try_from(self.producer.in_flight_count()).unwrap_or(0);
                sent.warm_up = sent.messages.saturating_sub(waits);
            }
        }
    }

    fn one(
        &mut self,
        plan: &LoadPlan,
        partition: i32,
        number: u64,
        due: u64,
    ) -> Result<(), KafkaError> {
        let value = self.payload.of(number, due);
        let record = BaseRecord::<(), [u8]>::to(&plan.topic);
        let mut record = record.partition(partition).payload(value);
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    pause(FULL);
                }
                Err((error, _)) => return Err(error),
            }
        }
    }
}

/// How many messages are due within `time`.
fn due_within(time: Duration, rate: u64) -> u64 {
    let due = time.as_nanos() * u128::from(rate) / 1_000_000_000;
    u64::try_from(due).unwrap_or(u64::MAX)
}

/// When message `number` is due, in nanoseconds from the start.
fn due_at(number: u64, rate: u64) -> u64 {
    let nanos = u128::from(number) * 1_000_000_000 / u128::from(rate.max(1));
    u64::try_from(nanos).unwrap_or(u64::MAX)
}

/// The partition of message `number`.
fn partition(plan: &LoadPlan, number: u64, run: u64) -> i32 {
    let partitions = u64::try_from(plan.partitions).unwrap_or(1).max(1);
    i32::try_from(number / run % partitions).unwrap_or(0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pace of an open loop is time itself"
)]
fn pause(duration: Duration) {
    thread::sleep(duration);
}

/// Counts what the client gives up.
#[derive(Default)]
struct GivenUp(AtomicU64);

impl ClientContext for GivenUp {}

impl ProducerContext for GivenUp {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if result.is_err() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_messages_are_due_as_the_rate_says() {
        assert_eq!(due_within(Duration::from_secs(10), 50_000), 500_000);
        assert_eq!(due_within(Duration::from_millis(1), 1500), 1);
        assert_eq!(due_at(0, 1000), 0);
        assert_eq!(due_at(3, 1000), 3_000_000);
        // A day at a high rate must not overflow.
        assert_eq!(due_at(86_400 * 1_000_000, 1_000_000), 86_400_000_000_000);
    }

    #[test]
    fn partitions_take_turns_in_runs() {
        let plan = LoadPlan {
            topic: "t".into(),
            partitions: 3,
            rate: None,
            size: 100,
            duration: Duration::ZERO,
            warm_up: Duration::ZERO,
            acks: super::super::Acks::All,
        };
        let turns: Vec<_> = (0..8).map(|number| partition(&plan, number, 2)).collect();
        assert_eq!(turns, [0, 0, 1, 1, 2, 2, 0, 0]);
    }
}
