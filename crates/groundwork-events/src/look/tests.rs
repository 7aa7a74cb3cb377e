//! Windows without a broker, looks against a real one.

use tokio::time::timeout;

use super::*;
use crate::test_bus::TestBus;

const PATIENCE: Duration = Duration::from_secs(20);
const BOUNDS: Bounds = Bounds {
    records: 100_000,
    time: PATIENCE,
    value: 1000,
    bytes: 1_000_000,
};

fn newest(topic: &str, limit: usize) -> Look {
    Look {
        topic: topic.into(),
        partition: None,
        begin: Begin::Newest,
        key: None,
        text: None,
        limit,
        bounds: BOUNDS,
    }
}

/// A topic with the values 0 to 19, each its own key but for every fifth, which is `five`.
async fn twenty(bed: &TestBus, partitions: i32) -> String {
    let topic = bed.topic(partitions, &[]).await;
    for n in 0..20 {
        let key = if n % 5 == 0 {
            "five".into()
        } else {
            n.to_string()
        };
        let value = format!("value {n}.");
        let published = bed
            .bus
            .publish(&topic, Some(key.as_bytes()), value.as_bytes());
        published.await.unwrap();
    }
    topic
}

async fn values(bed: &TestBus, what: &Look) -> Vec<String> {
    let looked = look(&bed.bus, what).await.unwrap();
    assert!(looked.complete, "{looked:?}");
    let values = looked
        .records
        .into_iter()
        .map(|it| it.record.value.unwrap());
    values
        .map(|value| String::from_utf8(value).unwrap())
        .collect()
}

#[test]
fn windows_go_through_all_of_a_partition_in_either_direction() {
    let front = || Front {
        partition: 0,
        left: 3..10,
        reached: None,
    };
    let windows = |newest| {
        let mut front = front();
        let mut windows = vec![];
        while !front.left.is_empty() {
            windows.push(front.next(newest, 4));
        }
        windows
    };
    assert_eq!(windows(true), [6..10, 3..6]);
    assert_eq!(windows(false), [3..7, 7..10]);
}

#[tokio::test]
async fn the_newest_records_of_all_partitions_come_newest_first() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = twenty(&bed, 3).await;
    let found = values(&bed, &newest(&topic, 3)).await;
    assert_eq!(found, ["value 19.", "value 18.", "value 17."]);
    assert_eq!(values(&bed, &newest(&topic, 99)).await.len(), 20);
    bed.end().await;
}

#[tokio::test]
async fn a_look_from_an_offset_or_a_time_goes_onwards() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = twenty(&bed, 1).await;
    let from = Look {
        partition: Some(0),
        begin: Begin::Offset(7),
        ..newest(&topic, 2)
    };
    assert_eq!(values(&bed, &from).await, ["value 7.", "value 8."]);
    let all = look(&bed.bus, &from).await.unwrap().records;
    let since = Look {
        begin: Begin::Time(all[1].record.timestamp.unwrap()),
        ..newest(&topic, 1)
    };
    let found = look(&bed.bus, &since).await.unwrap().records;
    assert_eq!(found[0].record.timestamp, all[1].record.timestamp);
    bed.end().await;
}

#[tokio::test]
async fn records_are_found_by_their_key_and_by_a_text() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = twenty(&bed, 3).await;
    let by_key = Look {
        key: Some(b"five".to_vec()),
        ..newest(&topic, 2)
    };
    assert_eq!(values(&bed, &by_key).await, ["value 15.", "value 10."]);
    let by_text = Look {
        text: Some(b"e 1.".to_vec()),
        ..newest(&topic, 9)
    };
    assert_eq!(values(&bed, &by_text).await, ["value 1."]);
    bed.end().await;
}

#[tokio::test]
async fn a_look_that_reads_too_much_says_that_it_is_not_complete() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = twenty(&bed, 1).await;
    let short = Look {
        key: Some(b"1".to_vec()),
        bounds: Bounds {
            records: 10,
            ..BOUNDS
        },
        ..newest(&topic, 1)
    };
    let looked = look(&bed.bus, &short).await.unwrap();
    assert!(!looked.complete && looked.records.is_empty(), "{looked:?}");
    assert_eq!(looked.scanned, 10);
    bed.end().await;
}

#[tokio::test]
async fn a_long_value_is_cut_and_says_so() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    bed.bus.publish(&topic, None, &[b'x'; 5000]).await.unwrap();
    let looked = look(&bed.bus, &newest(&topic, 1)).await.unwrap();
    let [shown] = &looked.records[..] else {
        panic!("{looked:?}")
    };
    assert!(shown.truncated);
    assert_eq!(shown.record.value.as_ref().unwrap().len(), 1000);
    bed.end().await;
}

#[tokio::test]
async fn a_tail_shows_what_comes_after_it_began() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = twenty(&bed, 3).await;
    let tail = tail(&bed.bus, &topic, None).await.unwrap();
    bed.bus.publish(&topic, None, b"new").await.unwrap();
    let next = timeout(PATIENCE, tail.next(1000)).await.unwrap().unwrap();
    assert_eq!(next.record.value.as_deref(), Some(&b"new"[..]));
    bed.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    let nowhere = look(&bed.bus, &newest("groundwork-nowhere", 1)).await;
    assert!(matches!(nowhere, Err(Error::NoTopic { .. })), "{nowhere:?}");
    let error = tail(&bed.bus, &topic, Some(3)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the topic '{topic}' has no partition 3")
    );
    bed.end().await;
}
