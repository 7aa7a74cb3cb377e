//! Reconciliation against a real broker. Each test looks at its own topics only, and none prunes
//! what others made: all share one broker.

use std::path::Path;

use super::*;
use crate::test_bus::TestBus;

fn declared(text: &str) -> Declared {
    Declared::parse(Path::new("topics.yaml"), text).unwrap()
}

fn orders(name: &str, partitions: i32, rest: &str) -> Declared {
    declared(&format!(
        "topics:\n  - name: {name}\n    partitions: {partitions}\n{rest}"
    ))
}

async fn settings(bus: &Bus, name: &str) -> Vec<(String, String)> {
    let found = find(bus).await.unwrap();
    let topic = found.into_iter().find(|topic| topic.name == name);
    topic.unwrap().settings.into_iter().collect()
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let name = bed.name();
    // Values that the broker answers in another way than they are written.
    let file = orders(
        &name,
        2,
        "    retention: 1d\n    compact: true\n    config: {min.cleanable.dirty.ratio: '0.50', preallocate: 'FALSE'}\n",
    );
    let first = reconcile(&bed.bus, &file, false, |_| {}).await.unwrap();
    assert_eq!(first.created, std::slice::from_ref(&name));
    let second = reconcile(&bed.bus, &file, false, |_| {}).await.unwrap();
    assert!(second.is_empty(), "{second:?}");
    assert_eq!(second.unchanged, [name]);
    bed.end().await;
}

#[tokio::test]
async fn drift_is_put_right_and_partitions_grow() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let name = bed
        .topic(1, &[("retention.ms", "5000"), ("segment.ms", "9000")])
        .await;
    let file = orders(&name, 3, "    config: {retention.ms: 60000}\n");
    let changes = reconcile(&bed.bus, &file, false, |_| {}).await.unwrap();
    assert_eq!(
        (&changes.changed[..], &changes.grown[..]),
        (&[name.clone()][..], &[name.clone()][..])
    );
    let settings = settings(&bed.bus, &name).await;
    assert_eq!(settings, [("retention.ms".to_owned(), "60000".to_owned())]);
    assert_eq!(bed.bus.partitions(&name).await.unwrap(), Some(3));
    bed.end().await;
}

#[tokio::test]
async fn unknown_settings_and_bad_values_are_refused_with_their_lines_and_touch_nothing() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let (there, missing) = (bed.topic(1, &[]).await, bed.name());
    let file = declared(&format!(
        "topics:\n  - name: {there}\n    partitions: 2\n    config:\n      segment.ms: 9000\n      retention.ms: soon\n  - name: {missing}\n    partitions: 1\n    config: {{nonsense: 1}}\n"
    ));
    let error = reconcile(&bed.bus, &file, false, |_| {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "topics.yaml:6: topic '{there}': Kafka's setting 'retention.ms' does not take 'soon'\n\
             topics.yaml:9: topic '{missing}': Kafka has no topic setting 'nonsense'"
        )
    );
    assert_eq!(bed.bus.partitions(&there).await.unwrap(), Some(1));
    assert_eq!(settings(&bed.bus, &there).await, []);
    assert_eq!(bed.bus.partitions(&missing).await.unwrap(), None);
    bed.end().await;
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused_at_the_topic() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let name = bed.name();
    let file = orders(
        &name,
        1,
        "    config: {min.compaction.lag.ms: 200, max.compaction.lag.ms: 100}\n",
    );
    let error = reconcile(&bed.bus, &file, false, |_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("topics.yaml:2: ") && error.ends_with("together"),
        "{error}"
    );
    bed.end().await;
}

#[tokio::test]
async fn a_topic_does_not_shrink() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let name = bed.topic(3, &[]).await;
    let error = reconcile(&bed.bus, &orders(&name, 2, ""), false, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert_eq!(bed.bus.partitions(&name).await.unwrap(), Some(3));
    bed.end().await;
}

#[tokio::test]
async fn an_undeclared_topic_is_reported_and_stays() {
    let Some(bed) = TestBus::connect().await else {
        return;
    };
    let name = bed.topic(1, &[]).await;
    let changes = reconcile(&bed.bus, &declared("topics: []"), false, |_| {})
        .await
        .unwrap();
    assert!(changes.undeclared.contains(&name), "{changes:?}");
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(bed.bus.partitions(&name).await.unwrap(), Some(1));
    // A plan with pruning would delete it, and Kafka's own never; nothing is carried out here.
    let plan = planned(&bed.bus, &declared("topics: []"), true)
        .await
        .unwrap();
    assert!(plan.actions.iter().any(|action| action.topic() == name));
    assert!(
        !plan
            .actions
            .iter()
            .any(|action| action.topic().starts_with("__"))
    );
    bed.end().await;
}
