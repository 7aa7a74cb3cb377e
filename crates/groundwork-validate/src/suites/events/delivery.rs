//! Every published record reaches its consumers, in order, now or later.

use std::{collections::BTreeMap, time::Instant};

use super::topic::{READ, Topic, first_of, numbers, sorted};
use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::words::{duration, timed},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.2",
        name: "what is published is consumed",
        bound: "the same record, acknowledged before",
        run: |context| Box::pin(round_trip(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.2",
        name: "every group gets every message",
        bound: "3 groups, each all of 300",
        run: |context| Box::pin(to_all(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.2",
        name: "a consumer that was away gets what it missed",
        bound: "all of 100, from where it was",
        run: |context| Box::pin(to_the_absent(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.2",
        name: "messages of a key keep their order",
        bound: "10 keys, 100 each, none before its predecessor",
        run: |context| Box::pin(in_order(context)),
        ..Check::GENTLE
    },
];

async fn round_trip(context: &Context) -> Verdict {
    let topic = Topic::new(context, "round-trip", 1, &[]).await?;
    let value = jiff::Timestamp::now().to_string();
    let started = Instant::now();
    let published = topic
        .bus
        .publish(&topic.name, Some(b"key"), value.as_bytes());
    let place = published.await?;
    let acknowledged = duration(started.elapsed());
    let record = topic.group("a")?.take(1, READ).await?.remove(0);
    let same = record.value.as_deref() == Some(value.as_bytes())
        && record.key.as_deref() == Some(b"key".as_slice())
        && (record.partition, record.offset) == (place.partition, place.offset);
    topic.delete().await?;
    let measured = format!("acknowledged in {acknowledged}, read back");
    judged(same, timed(&measured, started))
}

async fn to_all(context: &Context) -> Verdict {
    const COUNT: u32 = 300;
    let topic = Topic::new(context, "to-all", 3, &[]).await?;
    topic.publish(0..COUNT, 10).await?;
    let mut got = vec![];
    for name in ["a", "b", "c"] {
        let group = topic.group(name)?;
        let records = group.take(COUNT as usize, READ).await?;
        got.push(sorted(&records));
    }
    topic.delete().await?;
    let all: Vec<_> = (0..COUNT).collect();
    let counts: Vec<_> = got
        .iter()
        .map(|numbers| numbers.len().to_string())
        .collect();
    judged(
        got.iter().all(|numbers| *numbers == all),
        format!("{} of {COUNT} by each", counts.join(", ")),
    )
}

async fn to_the_absent(context: &Context) -> Verdict {
    let topic = Topic::new(context, "absent", 1, &[]).await?;
    topic.publish(0..10, 1).await?;
    let group = topic.group("a")?;
    let first = group.take(10, READ).await?;
    group.commit(&first[9]).await?;
    drop(group);
    topic.publish(10..110, 1).await?;
    let missed = topic.group("a")?.take(100, READ).await?;
    topic.delete().await?;
    let numbers = numbers(&missed);
    judged(
        numbers == (10..110).collect::<Vec<_>>(),
        format!(
            "{} messages, from number {}",
            numbers.len(),
            first_of(&numbers)
        ),
    )
}

async fn in_order(context: &Context) -> Verdict {
    const COUNT: u32 = 1000;
    const KEYS: u32 = 10;
    let topic = Topic::new(context, "order", 4, &[]).await?;
    topic.publish(0..COUNT, KEYS).await?;
    let records = topic.group("a")?.take(COUNT as usize, READ).await?;
    topic.delete().await?;
    let mut of_key: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for number in numbers(&records) {
        of_key.entry(number % KEYS).or_default().push(number);
    }
    let wrong: Vec<_> = (0..KEYS)
        .filter(|key| {
            let wanted: Vec<_> = (*key..COUNT).step_by(KEYS as usize).collect();
            of_key.get(key) != Some(&wanted)
        })
        .collect();
    let measured = format!("{} messages of {} keys", records.len(), of_key.len());
    judged(
        wrong.is_empty(),
        match wrong.as_slice() {
            [] => measured,
            keys => format!("{measured}, wrong those of {keys:?}"),
        },
    )
}
