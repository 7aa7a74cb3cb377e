//! Reads a ledger's topic back, from its start to its end.

use std::{io, time::Duration};

use groundwork_process::wait::{TimedOut, over};
use tokio::time::Instant;

use super::verify::Entry;
use crate::{Bus, Error, Reading, Record, Start, consume};

/// Every record of a ledger's topic that is there now. A slow machine may take longer than
/// `deadline`.
///
/// # Errors
/// [`Error::TimedOut`] when the end was not reached within `deadline`; [`Error::Output`] for a
/// record that no ledger wrote; otherwise as [`consume`].
pub async fn read_back(bus: &Bus, topic: &str, deadline: Duration) -> Result<Vec<Entry>, Error> {
    let reading = Reading {
        topic: topic.into(),
        start: Start::Beginning,
        max: None,
        until_end: true,
    };
    let mut entries = Vec::new();
    let (started, mut late) = (Instant::now(), false);
    let expired = async {
        over(deadline).await;
        late = true;
    };
    consume(bus, &reading, expired, |record| {
        entries.push(entry(&record)?);
        Ok(())
    })
    .await?;
    if late {
        return Err(Error::TimedOut(TimedOut {
            what: format!("reading {topic} back"),
            waited: started.elapsed(),
            missing: format!("{} records came", entries.len()),
        }));
    }
    Ok(entries)
}

fn entry(record: &Record) -> io::Result<Entry> {
    let text = |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone()?).ok();
    let key = text(&record.key).and_then(|key| key.strip_prefix("key-")?.parse().ok());
    let number = text(&record.value).and_then(|value| value.parse().ok());
    let (Some(key), Some(number)) = (key, number) else {
        let (partition, offset) = (record.partition, record.offset);
        return Err(io::Error::other(format!(
            "partition {partition}, offset {offset}: no ledger wrote this"
        )));
    };
    Ok(Entry {
        key,
        number,
        partition: record.partition,
        offset: record.offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: &str, value: &str) -> Record {
        Record {
            topic: "t".into(),
            partition: 1,
            offset: 2,
            timestamp: None,
            key: Some(key.into()),
            value: Some(value.into()),
            headers: Vec::new(),
        }
    }

    #[test]
    fn a_record_of_a_ledger_is_read_as_it_was_written() {
        let entry = entry(&record("key-3", "41")).unwrap();
        assert_eq!(
            (entry.key, entry.number, entry.partition, entry.offset),
            (3, 41, 1, 2)
        );
    }

    #[test]
    fn a_record_that_no_ledger_wrote_is_refused() {
        for (key, value) in [("key-x", "1"), ("3", "1"), ("key-3", "one")] {
            assert!(entry(&record(key, value)).is_err(), "{key} {value}");
        }
    }
}
