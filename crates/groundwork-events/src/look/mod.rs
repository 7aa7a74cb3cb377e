//! Looks into a topic: records by offset, time, key or text, and new ones as they come.
//!
//! For people, so everything is bounded: how many records are read, for how long, and how much of them
//! is kept. It stays outside of groups and confirms nothing: a look leaves no trace on the bus.

mod kept;
mod reader;

use std::{ops::Range, time::Duration};

use jiff::Timestamp;
use memchr::memmem::Finder;
use rdkafka::message::Message;
use tokio::time::Instant;

use crate::{
    Bus, Error, Record,
    consume::{Start, begins},
    error::{blocking, failed},
};
use kept::{Kept, Order};
use reader::Reader;

/// The fewest records of a partition that are read at once by a search.
const AT_LEAST: i64 = 500;
/// The most: each round doubles them.
const AT_MOST: i64 = 20_000;

/// How long the broker waits for new records before it says that there are none, in milliseconds: a
/// look wants to know at once, a tail waits anyway and should cost nothing.
const AT_ONCE: &str = "20";
const PATIENT: &str = "1000";

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The topic.
    pub topic: String,
    /// Only this partition.
    pub partition: Option<i32>,
    /// Where the look begins.
    pub begin: Begin,
    /// Only records with exactly this key.
    pub key: Option<Vec<u8>>,
    /// Only records with this in their key or value.
    pub text: Option<Vec<u8>>,
    /// How many records are wanted.
    pub limit: usize,
    /// What it may cost.
    pub bounds: Bounds,
}

/// Where a look begins, and in which direction it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With the newest record, backwards.
    Newest,
    /// With this offset, onwards.
    Offset(i64),
    /// With the first record that is not older, onwards.
    Time(Timestamp),
}

/// What a look may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How many records it may read.
    pub records: u64,
    /// How long it may take.
    pub time: Duration,
    /// How many bytes of a value are kept.
    pub value: usize,
    /// How many bytes all kept records may have together.
    pub bytes: usize,
}

/// What a look has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Newest first where it went backwards, else oldest first.
    pub records: Vec<Shown>,
    /// How many records were read for it.
    pub scanned: u64,
    /// Whether it ended by itself, and not at one of its bounds.
    pub complete: bool,
}

/// A record, or what is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The record.
    pub record: Record,
    /// Whether its value is longer than what is here.
    pub truncated: bool,
}

impl Shown {
    /// Takes a message out of the client's memory, with `most` bytes of its value.
    fn of(message: &impl Message, most: usize) -> Self {
        let mut record = Record::of(message);
        let value = record.value.as_mut();
        let truncated = value.as_ref().is_some_and(|value| value.len() > most);
        if let Some(value) = value.filter(|_| truncated) {
            value.truncate(most);
            value.shrink_to_fit();
        }
        Self { record, truncated }
    }

    fn bytes(&self) -> usize {
        let of = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let headers = self.record.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + of(value)).sum();
        of(&self.record.key) + of(&self.record.value) + headers
    }
}

/// Carries `look` out.
///
/// # Errors
/// [`Error::NoTopic`], [`Error::NoPartition`], or [`Error::Failed`] when the broker does not answer.
pub async fn look(bus: &Bus, look: &Look) -> Result<Looked, Error> {
    let deadline = Instant::now() + look.bounds.time;
    let mut fronts = fronts(bus, look).await?;
    let reader = Reader::new(bus, &look.topic, AT_ONCE)?;
    let newest = look.begin == Begin::Newest;
    let mut kept = Kept::new(newest, look.limit, look.bounds.bytes);
    let filter = Filter::of(look);
    let mut scanned = 0;
    let mut chunk = i64::try_from(look.limit).unwrap_or(AT_MOST);
    if !filter.takes_all() {
        chunk = chunk.max(AT_LEAST);
    }
    loop {
        let open = |front: &Front| {
            !front.left.is_empty() && !front.reached.is_some_and(|order| kept.settled(order))
        };
        let open: Vec<_> = fronts.iter_mut().filter(|front| open(front)).collect();
        let budget = look.bounds.records.saturating_sub(scanned);
        let spent = budget < open.len() as u64;
        if open.is_empty() || spent || Instant::now() >= deadline {
            let complete = open.is_empty() && !kept.cut;
            return Ok(Looked {
                records: kept.into_records(),
                scanned,
                complete,
            });
        }
        let share = i64::try_from(budget / open.len() as u64).unwrap_or(AT_MOST);
        let size = chunk.min(share).max(1);
        let mut windows = Vec::with_capacity(open.len());
        for front in open {
            let window = front.next(newest, size);
            windows.push((front.partition, window));
        }
        let mut reached: Vec<(i32, Order)> = Vec::with_capacity(windows.len());
        let whole = reader
            .read(&windows, deadline, |message| {
                scanned += 1;
                let order = order(message, look.partition.is_some());
                extend(&mut reached, order, newest);
                if filter.takes(message) && kept.wants(order) {
                    kept.keep(order, Shown::of(message, look.bounds.value));
                }
            })
            .await?;
        for (partition, order) in reached {
            let front = fronts.iter_mut().find(|front| front.partition == partition);
            if let Some(front) = front {
                front.reached = Some(order);
            }
        }
        if !whole {
            return Ok(Looked {
                records: kept.into_records(),
                scanned,
                complete: false,
            });
        }
        chunk = (chunk * 2).min(AT_MOST);
    }
}

/// New records of a topic, as they come.
///
/// # Errors
/// As [`look()`].
pub async fn tail(bus: &Bus, topic: &str, partition: Option<i32>) -> Result<Tail, Error> {
    let ends: Vec<_> = places(bus, topic, partition, Start::End)
        .await?
        .into_iter()
        .map(|(partition, _, end)| (partition, end..i64::MAX))
        .collect();
    let reader = Reader::new(bus, topic, PATIENT)?;
    reader.assign(&ends)?;
    Ok(Tail(reader))
}

/// New records of a topic. Dropped, it reads no more.
#[derive(Debug)]
pub struct Tail(Reader);

impl Tail {
    /// The next record, with `most` bytes of its value. A broker that is away is waited for.
    ///
    /// # Errors
    /// [`Error::Failed`] when the client gives up.
    pub async fn next(&self, most: usize) -> Result<Shown, Error> {
        loop {
            if let Some(message) = self.0.next().await?.message() {
                return Ok(Shown::of(message, most));
            }
        }
    }
}

/// How far a partition has been read.
#[derive(Debug)]
struct Front {
    partition: i32,
    /// What has not been read.
    left: Range<i64>,
    /// The farthest record that has been.
    reached: Option<Order>,
}

impl Front {
    /// Takes up to `size` offsets of what is left.
    fn next(&mut self, newest: bool, size: i64) -> Range<i64> {
        let Range { start, end } = self.left;
        if newest {
            let middle = end.saturating_sub(size).max(start);
            self.left = start..middle;
            middle..end
        } else {
            let middle = start.saturating_add(size).min(end);
            self.left = middle..end;
            start..middle
        }
    }
}

async fn fronts(bus: &Bus, look: &Look) -> Result<Vec<Front>, Error> {
    let start = match look.begin {
        Begin::Time(moment) => Start::At(moment),
        Begin::Newest | Begin::Offset(_) => Start::Beginning,
    };
    let places = places(bus, &look.topic, look.partition, start).await?;
    let front = |(partition, begin, end)| {
        let begin = match look.begin {
            Begin::Offset(offset) => offset.clamp(begin, end),
            _ => begin,
        };
        Front {
            partition,
            left: begin..end,
            reached: None,
        }
    };
    Ok(places.into_iter().map(front).collect())
}

/// Partition, begin and end of `partition`, or of all.
async fn places(
    bus: &Bus,
    topic: &str,
    partition: Option<i32>,
    start: Start,
) -> Result<Vec<(i32, i64, i64)>, Error> {
    let count = bus.must_have(topic).await?;
    if let Some(partition) = partition.filter(|it| !(0..count).contains(it)) {
        let topic = topic.into();
        return Err(Error::NoPartition { topic, partition });
    }
    let (reader, topic) = (bus.reader().clone(), topic.to_owned());
    blocking(move || {
        let mut places = begins(&reader, &topic, start)
            .map_err(failed(format!("find where to begin in {topic}")))?;
        places.retain(|(it, ..)| partition.is_none_or(|partition| *it == partition));
        Ok(places)
    })
    .await
}

/// Where `message` stands. Within one partition offsets alone count: times may go back there.
fn order(message: &impl Message, alone: bool) -> Order {
    let time = message.timestamp().to_millis().unwrap_or(i64::MIN);
    let time = if alone { 0 } else { time };
    (time, message.partition(), message.offset())
}

/// Notes that `order` was read: the oldest of its partition counts going back, else the newest.
fn extend(reached: &mut Vec<(i32, Order)>, order: Order, newest: bool) {
    match reached
        .iter_mut()
        .find(|(partition, _)| *partition == order.1)
    {
        Some((_, known)) if newest => *known = order.min(*known),
        Some((_, known)) => *known = order.max(*known),
        None => reached.push((order.1, order)),
    }
}

/// Which records are wanted.
struct Filter<'a> {
    key: Option<&'a [u8]>,
    text: Option<Finder<'a>>,
}

impl<'a> Filter<'a> {
    fn of(look: &'a Look) -> Self {
        Self {
            key: look.key.as_deref(),
            text: look.text.as_deref().map(Finder::new),
        }
    }

    fn takes_all(&self) -> bool {
        self.key.is_none() && self.text.is_none()
    }

    fn takes(&self, message: &impl Message) -> bool {
        let has = |bytes: Option<&[u8]>, finder: &Finder<'_>| {
            bytes.is_some_and(|bytes| finder.find(bytes).is_some())
        };
        self.key.is_none_or(|key| message.key() == Some(key))
            && self
                .text
                .as_ref()
                .is_none_or(|text| has(message.key(), text) || has(message.payload(), text))
    }
}

#[cfg(test)]
mod tests;
