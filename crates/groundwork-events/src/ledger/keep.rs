//! Keeps producing numbered records, whatever happens to the broker, and books what it confirms.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use groundwork_process::wait::Wait;
use rdkafka::{
    ClientContext, Message,
    error::{KafkaError, RDKafkaErrorCode},
    producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext},
};

use super::verify::Entry;
use crate::{
    Bus, Error, client,
    error::{blocking, failed},
};

/// Records on their way at most. While the broker is away the ledger waits, and does not pile up
/// what would then arrive in one flood.
const ON_THE_WAY: &str = "1000";

/// What the ledger produces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Keys, which take turns.
    pub keys: u32,
    /// Records a second over all keys.
    pub rate: u32,
}

/// A producer at work in a thread of its own. Dropped, it stops without waiting.
pub struct Ledger {
    shared: Arc<Shared>,
    /// Until it is stopped.
    thread: Option<JoinHandle<Result<(), KafkaError>>>,
}

/// What the ledger has booked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    /// How many records were handed to the client.
    pub produced: u64,
    /// What the broker has confirmed, in the order of confirmation.
    pub acknowledged: Vec<Entry>,
    /// What the client gave up, with its reason: key, number, reason.
    pub failed: Vec<(u32, u64, String)>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    /// Records still on their way are dropped.
    abandoned: AtomicBool,
    books: Mutex<Books>,
}

impl Shared {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger {
    /// Begins to produce to `topic`, idempotent and with acks=all.
    ///
    /// # Errors
    /// [`Error::NoTopic`], or [`Error::Failed`] when the client refuses.
    pub async fn start(bus: &Bus, topic: &str, pace: Pace) -> Result<Self, Error> {
        bus.must_have(topic).await?;
        let shared = Arc::new(Shared::default());
        let producer: BaseProducer<Booking> = client::producer(bus.bootstrap())
            .set("queue.buffering.max.messages", ON_THE_WAY)
            .set("linger.ms", "1")
            // An outage is not the record's fault: the caller's deadline ends the waiting.
            .set("message.timeout.ms", "0")
            .create_with_context(Booking(shared.clone()))
            .map_err(failed("start the ledger"))?;
        let topic = topic.to_owned();
        let theirs = shared.clone();
        let thread = thread::Builder::new()
            .name("ledger".into())
            .spawn(move || keep(&producer, &topic, pace, &theirs))
            .map_err(|error| Error::Thread(error.to_string()))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// How many records the broker has confirmed so far. That it grows again is how the end of an
    /// outage is seen.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.shared.books().acknowledged.len()
    }

    /// Stops producing, waits until the broker has confirmed the rest, and closes the books. A
    /// slow machine may take longer than `deadline`.
    ///
    /// # Errors
    /// [`Error::Failed`] when the client gave up for good, [`Error::TimedOut`] when records are
    /// still on their way.
    pub async fn stop(mut self, deadline: Duration) -> Result<Books, Error> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let (thread, shared) = (self.thread.take(), self.shared.clone());
        blocking(move || {
            // The thread ends by itself once all is confirmed.
            let ended = || match &thread {
                Some(thread) if !thread.is_finished() => {
                    let books = shared.books();
                    let settled = books.acknowledged.len() + books.failed.len();
                    Err(format!(
                        "{settled} of {} records are settled",
                        books.produced
                    ))
                }
                _ => Ok(()),
            };
            Wait::new("closing the ledger", deadline)
                .every(Duration::from_millis(10))
                .until(ended)
                .block()?;
            if let Some(thread) = thread {
                thread
                    .join()
                    .map_err(|_| Error::Thread("the ledger panicked".into()))?
                    .map_err(failed("keep the ledger"))?;
            }
            Ok(std::mem::take(&mut *shared.books()))
        })
        .await
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.abandoned.store(true, Ordering::Relaxed);
    }
}

/// Produces until it is told to stop, and then waits for the rest.
fn keep(
    producer: &BaseProducer<Booking>,
    topic: &str,
    pace: Pace,
    shared: &Shared,
) -> Result<(), KafkaError> {
    let started = Instant::now();
    let (keys, rate) = (u64::from(pace.keys.max(1)), f64::from(pace.rate.max(1)));
    let mut sent = 0_u64;
    while !shared.stop.load(Ordering::Relaxed) {
        #[expect(clippy::cast_precision_loss, reason = "a pace, not a count")]
        let due = Duration::from_secs_f64(sent as f64 / rate);
        // To poll is also the pause: it ends early when there is something to book.
        let early = due.saturating_sub(started.elapsed());
        producer.poll(early.min(Duration::from_millis(20)));
        if started.elapsed() < due {
            continue;
        }
        let (key, number) = (sent % keys, sent / keys);
        let (name, value) = (format!("key-{key}"), number.to_string());
        let record = BaseRecord::with_opaque_to(topic, Box::new((key, number)))
            .key(&name)
            .payload(&value);
        // Booked before it can be confirmed.
        shared.books().produced += 1;
        match producer.send(record) {
            Ok(()) => sent += 1,
            Err((error, _)) => {
                shared.books().produced -= 1;
                match error {
                    KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) => {
                        producer.poll(Duration::from_millis(20));
                    }
                    error => return Err(error),
                }
            }
        }
    }
    while producer.in_flight_count() > 0 && !shared.abandoned.load(Ordering::Relaxed) {
        producer.poll(Duration::from_millis(20));
    }
    Ok(())
}

/// Books what becomes of each record.
struct Booking(Arc<Shared>);

impl ClientContext for Booking {}

impl ProducerContext for Booking {
    type DeliveryOpaque = Box<(u64, u64)>;

    fn delivery(&self, result: &DeliveryResult<'_>, identity: Box<(u64, u64)>) {
        let (key, number) = *identity;
        let key = u32::try_from(key).unwrap_or(u32::MAX);
        let mut books = self.0.books();
        match result {
            Ok(message) => books.acknowledged.push(Entry {
                key,
                number,
                partition: message.partition(),
                offset: message.offset(),
            }),
            Err((error, _)) => books.failed.push((key, number, error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ledger::{read_back, verify},
        test_bus::TestBus,
    };

    #[tokio::test]
    async fn everything_that_was_acknowledged_is_read_back_in_order() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(3, &[]).await;
        let pace = Pace {
            keys: 5,
            rate: 5000,
        };
        let ledger = Ledger::start(&bed.bus, &topic, pace).await.unwrap();
        let some = async || match ledger.acknowledged() {
            0..500 => Err("it has acknowledged fewer"),
            _ => Ok(()),
        };
        let wait = Wait::new("500 records", Duration::from_secs(20));
        wait.until(some).done().await.unwrap();
        let books = ledger.stop(Duration::from_secs(20)).await.unwrap();
        assert_eq!(books.failed, []);
        let read = read_back(&bed.bus, &topic, Duration::from_secs(20))
            .await
            .unwrap();
        assert_eq!(read.len(), books.acknowledged.len());
        let verdict = verify(&books.acknowledged, &read);
        assert!(verdict.is_clean(), "{verdict:?}");
        bed.end().await;
    }

    #[tokio::test]
    async fn a_topic_that_is_not_there_is_refused() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let pace = Pace { keys: 1, rate: 1 };
        let error = Ledger::start(&bed.bus, &bed.name(), pace).await.err();
        assert!(matches!(error, Some(Error::NoTopic { .. })), "{error:?}");
        bed.end().await;
    }
}
