//! Records from lines of text, acknowledged. Creates no topic; see [`Bus::ensure`].

use std::{
    io::{BufRead, Read},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rdkafka::{
    ClientContext,
    error::{KafkaError, RDKafkaErrorCode},
    producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext},
};

use crate::{
    Bus, Error, client,
    error::{blocking, failed},
    topics,
};

/// What goes around a value in a record and its batch, generously.
const AROUND: usize = 4096;

/// What may wait for the broker, in kilobytes; two of the longest records if that is more.
const QUEUE_KBYTES: usize = 65_536;

/// How long the last records may take to be acknowledged, and any record while the broker is away.
const ACKNOWLEDGE: Duration = Duration::from_secs(30);

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// A value.
    None,
    /// A key, a TAB and a value.
    Tab,
}

/// Publishes each line of `input`, an empty one too, as a record of its own; answers how many were
/// acknowledged, which is all of them. Order is kept within a key; without keys, lines that arrive
/// together stay together.
///
/// # Errors
/// [`Error::NoTopic`]; [`Error::Input`] for a line that cannot become a record and [`Error::Read`]
/// for an input that breaks off, after the records before it; [`Error::Failed`] when one was not
/// acknowledged.
pub async fn produce(
    bus: &Bus,
    topic: &str,
    input: impl BufRead + Send + 'static,
    keys: Keys,
) -> Result<u64, Error> {
    bus.must_have(topic).await?;
    let batch = topics::largest_batch(bus, topic).await?;
    let (bootstrap, topic) = (bus.bootstrap().to_owned(), topic.to_owned());
    // Standard input blocks, so all of it happens beside the executor.
    blocking(move || publish_lines(&bootstrap, &topic, batch, input, keys)).await
}

/// `batch` is the topic's limit, in bytes.
fn publish_lines(
    bootstrap: &str,
    topic: &str,
    batch: usize,
    mut input: impl BufRead,
    keys: Keys,
) -> Result<u64, Error> {
    let action = || failed(format!("publish to {topic}"));
    let producer: BaseProducer<Deliveries> = client::producer(bootstrap)
        // The client takes no other numbers.
        .set(
            "message.max.bytes",
            batch.clamp(1000, 1_000_000_000).to_string(),
        )
        .set("message.timeout.ms", ACKNOWLEDGE.as_millis().to_string())
        // A reader that is faster than the broker waits; it does not fill the memory.
        .set(
            "queue.buffering.max.kbytes",
            QUEUE_KBYTES.max(batch / 512).to_string(),
        )
        .create_with_context(Deliveries::default())
        .map_err(action())?;
    let mut lines = Lines::upto(batch);
    let read = loop {
        match lines.next(&mut input, keys) {
            Ok(Some((key, value))) => {
                let mut record = BaseRecord::<[u8], [u8]>::to(topic).payload(value);
                record.key = key;
                send(&producer, record).map_err(action())?;
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        producer.context().check().map_err(action())?;
    };
    let flushed = producer.flush(ACKNOWLEDGE);
    producer.context().check().map_err(action())?;
    flushed.map_err(action())?;
    read?;
    Ok(producer.context().acknowledged.load(Ordering::Relaxed))
}

/// Queues a record; a full queue is waited for.
fn send(
    producer: &BaseProducer<Deliveries>,
    mut record: BaseRecord<'_, [u8], [u8]>,
) -> Result<(), KafkaError> {
    loop {
        match producer.send(record) {
            Ok(()) => {
                producer.poll(Duration::ZERO);
                return Ok(());
            }
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                record = back;
                producer.poll(Duration::from_millis(100));
                producer.context().check()?;
            }
            Err((error, _)) => return Err(error),
        }
    }
}

/// What became of the records.
#[derive(Default)]
struct Deliveries {
    acknowledged: AtomicU64,
    failed: Mutex<Option<KafkaError>>,
}

impl Deliveries {
    /// The first failure, if there was one.
    fn check(&self) -> Result<(), KafkaError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.clone().map_or(Ok(()), Err)
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => drop(self.acknowledged.fetch_add(1, Ordering::Relaxed)),
            Err((error, _)) => {
                let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert_with(|| error.clone());
            }
        }
    }
}

/// A key, if there is one, and a value.
type Line<'a> = (Option<&'a [u8]>, &'a [u8]);

/// The lines of an input, one at a time, each bounded.
struct Lines {
    longest: usize,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    /// Lines that fit into a batch of so many bytes.
    fn upto(batch: usize) -> Self {
        Self {
            longest: batch.saturating_sub(AROUND),
            number: 0,
            line: Vec::new(),
        }
    }

    fn next(&mut self, input: &mut impl BufRead, keys: Keys) -> Result<Option<Line<'_>>, Error> {
        self.line.clear();
        self.number += 1;
        let longest = self.longest;
        let limit = u64::try_from(longest + 1).unwrap_or(u64::MAX);
        let read = input.by_ref().take(limit).read_until(b'\n', &mut self.line);
        if read.map_err(Error::Read)? == 0 {
            return Ok(None);
        }
        let refuse = |reason: String| {
            let line = self.number;
            Err(Error::Input { line, reason })
        };
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        if line.len() > longest {
            return refuse(format!(
                "is longer than {longest} bytes, and the topic's max.message.bytes does not take it"
            ));
        }
        match keys {
            Keys::None => Ok(Some((None, line))),
            Keys::Tab => match line.iter().position(|byte| *byte == b'\t') {
                Some(tab) => Ok(Some((Some(&line[..tab]), &line[tab + 1..]))),
                None => refuse("has no TAB between a key and a value".into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, io::Cursor};

    use super::*;
    use crate::{Reading, Start, consume, test_bus::TestBus};

    const BATCH: usize = 10_000;

    fn lines(text: &str, keys: Keys) -> Result<Vec<(Option<String>, String)>, Error> {
        let owned = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (mut lines, mut input) = (Lines::upto(BATCH), Cursor::new(text.to_owned()));
        let mut all = Vec::new();
        while let Some((key, value)) = lines.next(&mut input, keys)? {
            all.push((key.map(owned), owned(value)));
        }
        Ok(all)
    }

    #[test]
    fn each_line_is_a_value_with_or_without_a_last_newline() {
        let values = |text| -> Vec<String> {
            let lines = lines(text, Keys::None).unwrap();
            lines.into_iter().map(|(_, value)| value).collect()
        };
        assert_eq!(values("a\n\nb\tc\n"), ["a", "", "b\tc"]);
        assert_eq!(values("a\nb"), ["a", "b"]);
        assert_eq!(values(""), [""; 0]);
    }

    #[test]
    fn a_key_ends_with_the_first_tab() {
        let lines = lines("k\tv\tw\n\tv\n", Keys::Tab).unwrap();
        let expected = [("k", "v\tw"), ("", "v")];
        assert_eq!(
            lines,
            expected.map(|(k, v)| (Some(k.to_owned()), v.to_owned()))
        );
    }

    #[test]
    fn a_line_without_a_key_or_too_long_is_refused_with_its_number() {
        assert_eq!(
            lines("k\tv\nv\n", Keys::Tab).unwrap_err().to_string(),
            "line 2 of the input has no TAB between a key and a value"
        );
        let longest = BATCH - AROUND;
        let error = lines(&format!("a\n{}", "b".repeat(longest + 1)), Keys::None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("line 2 of the input is longer"),
            "{error}"
        );
        assert!(lines(&"b".repeat(longest), Keys::None).is_ok());
    }

    async fn values(bed: &TestBus, topic: &str) -> Vec<String> {
        let reading = Reading {
            topic: topic.into(),
            start: Start::Beginning,
            max: None,
            until_end: true,
        };
        let mut values = Vec::new();
        let read = consume(&bed.bus, &reading, pending::<()>(), |record| {
            values.push(String::from_utf8(record.value.unwrap()).unwrap());
            Ok(())
        });
        read.await.unwrap();
        values
    }

    #[tokio::test]
    async fn every_line_is_acknowledged_and_read_back_in_order() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(1, &[]).await;
        let text: Vec<_> = (0..20_000).map(|n| format!("line {n}")).collect();
        let input = Cursor::new(text.join("\n"));
        let count = produce(&bed.bus, &topic, input, Keys::None).await.unwrap();
        assert_eq!(count, 20_000);
        assert_eq!(values(&bed, &topic).await, text);
        bed.end().await;
    }

    #[tokio::test]
    async fn the_lines_before_a_bad_one_are_published() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let topic = bed.topic(1, &[]).await;
        let input = Cursor::new("k\ta\nbad\nk\tb\n");
        let error = produce(&bed.bus, &topic, input, Keys::Tab)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Input { line: 2, .. }), "{error:?}");
        assert_eq!(values(&bed, &topic).await, ["a"]);
        bed.end().await;
    }

    #[tokio::test]
    async fn a_line_is_as_long_as_its_topic_takes() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        for batch in ["20000", "5000000"] {
            let topic = bed.topic(1, &[("max.message.bytes", batch)]).await;
            let longest = batch.parse::<usize>().unwrap() - AROUND;
            let publish = async |length| {
                let input = Cursor::new("x".repeat(length));
                produce(&bed.bus, &topic, input, Keys::None).await
            };
            assert_eq!(publish(longest).await.unwrap(), 1);
            let error = publish(longest + 1).await.unwrap_err();
            assert!(matches!(error, Error::Input { line: 1, .. }), "{error:?}");
        }
        bed.end().await;
    }

    #[tokio::test]
    async fn an_unknown_topic_is_refused() {
        let Some(bed) = TestBus::connect().await else {
            return;
        };
        let input = Cursor::new("a\n");
        let error = produce(&bed.bus, &bed.name(), input, Keys::None)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NoTopic { .. }), "{error:?}");
        bed.end().await;
    }
}
