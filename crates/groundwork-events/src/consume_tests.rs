//! Reading, against a real broker.

use std::{
    future::{pending, ready},
    time::Duration,
};

use groundwork_process::wait::Wait;
use tokio::{sync::oneshot, time::timeout};

use super::*;
use crate::test_bus::TestBus;

const PATIENCE: Duration = Duration::from_secs(20);

fn reading(topic: &str, start: Start) -> Reading {
    Reading {
        topic: topic.into(),
        start,
        max: None,
        until_end: true,
    }
}

async fn read(bus: &Bus, reading: &Reading) -> Vec<u8> {
    let mut values = Vec::new();
    let reading = consume(bus, reading, pending::<()>(), |record| {
        values.extend(record.value.unwrap());
        Ok(())
    });
    let count = timeout(PATIENCE, reading).await.unwrap().unwrap();
    assert_eq!(count, values.len() as u64);
    values
}

#[tokio::test]
async fn a_reading_ends_with_what_was_there_at_its_start() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(3, &[]).await;
    assert_eq!(
        read(&bed.bus, &reading(&topic, Start::Beginning)).await,
        [0_u8; 0]
    );
    for n in 0..10 {
        bed.bus.publish(&topic, Some(&[n]), &[n]).await.unwrap();
    }
    let mut values = read(&bed.bus, &reading(&topic, Start::Beginning)).await;
    values.sort_unstable();
    assert_eq!(values, (0..10).collect::<Vec<_>>());
    assert_eq!(
        read(&bed.bus, &reading(&topic, Start::End)).await,
        [0_u8; 0]
    );
    bed.end().await;
}

#[tokio::test]
async fn a_reading_from_a_time_leaves_out_what_is_older() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    bed.bus.publish(&topic, None, &[1]).await.unwrap();
    // Timestamps are whole milliseconds: the next record is to be of a later one.
    let (now, second) = (Timestamp::now().as_millisecond(), Duration::from_secs(1));
    let moment = Wait::new("the next millisecond", second)
        .every(Duration::from_millis(1))
        .until(async || match Timestamp::now() {
            later if later.as_millisecond() > now => Ok(later),
            _ => Err("it is the same"),
        })
        .done()
        .await
        .unwrap();
    bed.bus.publish(&topic, None, &[2]).await.unwrap();
    assert_eq!(
        read(&bed.bus, &reading(&topic, Start::At(moment))).await,
        [2]
    );
    let later = moment + Duration::from_secs(3600);
    assert_eq!(
        read(&bed.bus, &reading(&topic, Start::At(later))).await,
        [0_u8; 0]
    );
    bed.end().await;
}

#[tokio::test]
async fn a_reading_ends_after_its_maximum() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    for n in 0..5 {
        bed.bus.publish(&topic, None, &[n]).await.unwrap();
    }
    let limited = Reading {
        max: Some(2),
        until_end: false,
        ..reading(&topic, Start::Beginning)
    };
    assert_eq!(read(&bed.bus, &limited).await, [0, 1]);
    bed.end().await;
}

#[tokio::test]
async fn a_cancelled_reading_ends_at_once_and_answers_what_it_had() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    bed.bus.publish(&topic, None, &[1]).await.unwrap();
    let endless = Reading {
        until_end: false,
        ..reading(&topic, Start::Beginning)
    };
    let (cancel, cancelled) = oneshot::channel::<()>();
    let mut cancel = Some(cancel);
    let reading = consume(&bed.bus, &endless, cancelled, |_| {
        drop(cancel.take());
        Ok(())
    });
    assert_eq!(timeout(PATIENCE, reading).await.unwrap().unwrap(), 1);
    let none = consume(&bed.bus, &endless, ready(()), |_| Ok(()));
    assert_eq!(timeout(PATIENCE, none).await.unwrap().unwrap(), 0);
    bed.end().await;
}

#[tokio::test]
async fn a_broken_pipe_reaches_the_caller() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let topic = bed.topic(1, &[]).await;
    bed.bus.publish(&topic, None, &[1]).await.unwrap();
    let broken = |_| Err(io::ErrorKind::BrokenPipe.into());
    let reading = reading(&topic, Start::Beginning);
    let error = consume(&bed.bus, &reading, pending::<()>(), broken)
        .await
        .unwrap_err();
    let Error::Output(source) = error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), io::ErrorKind::BrokenPipe);
    bed.end().await;
}
