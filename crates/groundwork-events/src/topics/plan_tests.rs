//! The comparison of declared and found topics, case by case.

use std::path::Path;

use super::*;

fn declared(text: &str) -> Declared {
    Declared::parse(Path::new("topics.yaml"), text).unwrap()
}

fn found(name: &str, partitions: i32, settings: &[(&str, &str)]) -> Found {
    let owned = |(setting, value): &(&str, &str)| ((*setting).into(), (*value).into());
    Found {
        name: name.into(),
        partitions,
        settings: settings.iter().map(owned).collect(),
    }
}

const ORDERS: &str =
    "topics:\n  - name: orders\n    partitions: 3\n    config: {retention.ms: 60000}\n";

fn said(plan: &TopicPlan) -> Vec<String> {
    plan.actions.iter().map(ToString::to_string).collect()
}

#[test]
fn a_topic_that_is_missing_is_created() {
    let plan = plan(&declared(ORDERS), &[], false).unwrap();
    assert_eq!(said(&plan), ["create orders with 3 partitions"]);
}

#[test]
fn a_topic_that_is_as_declared_is_left_alone() {
    let found = [found("orders", 3, &[("retention.ms", "60000")])];
    let plan = plan(&declared(ORDERS), &found, false).unwrap();
    assert_eq!(
        (said(&plan).len(), plan.unchanged),
        (0, vec!["orders".into()])
    );
}

#[test]
fn a_setting_that_differs_is_set_and_one_that_is_not_declared_is_reset() {
    let found = [found(
        "orders",
        3,
        &[("retention.ms", "1"), ("segment.ms", "9")],
    )];
    let plan = plan(&declared(ORDERS), &found, false).unwrap();
    assert_eq!(
        said(&plan),
        ["configure orders: retention.ms from 1 to 60000, segment.ms from 9 to the default"]
    );
    let Action::Configure { topic, .. } = &plan.actions[0] else {
        panic!("{plan:?}")
    };
    assert_eq!(topic.settings.len(), 1, "the whole declared set goes along");
}

#[test]
fn a_topic_with_too_few_partitions_grows_and_one_with_too_many_is_refused() {
    let settings = [("retention.ms", "60000")];
    let declared = declared(ORDERS);
    let grown = plan(&declared, &[found("orders", 1, &settings)], false).unwrap();
    assert_eq!(said(&grown), ["grow orders from 1 to 3 partitions"]);
    let refused = plan(&declared, &[found("orders", 5, &settings)], false).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "topics.yaml:3: topic 'orders' has 5 partitions and cannot shrink to 3"
    );
}

#[test]
fn an_undeclared_topic_is_reported_and_deleted_only_when_pruning() {
    let found = [found("old", 1, &[])];
    let empty = declared("topics: []");
    let kept = plan(&empty, &found, false).unwrap();
    assert_eq!(
        (said(&kept).len(), kept.undeclared),
        (0, vec!["old".into()])
    );
    let pruned = plan(&empty, &found, true).unwrap();
    assert_eq!(said(&pruned), ["delete old"]);
    assert!(pruned.undeclared.is_empty());
}

#[test]
fn kafkas_own_topics_are_neither_reported_nor_deleted() {
    let found = [found(
        "__consumer_offsets",
        4,
        &[("cleanup.policy", "compact")],
    )];
    let plan = plan(&declared("topics: []"), &found, true).unwrap();
    assert_eq!(plan, TopicPlan::default());
}

#[test]
fn a_name_that_collides_with_a_topic_that_stays_is_refused_and_goes_once_that_is_pruned() {
    let file = declared("topics:\n  - {name: a.b, partitions: 1}\n");
    let found = [found("a_b", 1, &[])];
    let refused = plan(&file, &found, false).unwrap_err().to_string();
    assert!(
        refused.starts_with("topics.yaml:2: topic 'a.b' differs from 'a_b'"),
        "{refused}"
    );
    let pruned = plan(&file, &found, true).unwrap();
    assert_eq!(
        said(&pruned),
        ["delete a_b", "create a.b with 1 partitions"]
    );
}

#[test]
fn values_that_kafka_writes_in_another_way_are_the_same() {
    for (one, other) in [
        ("compact, delete", "compact,delete"),
        ("0.50", "0.5"),
        ("TRUE", "true"),
        ("007", "7"),
    ] {
        assert!(same(one, other), "{one} and {other}");
    }
    for (one, other) in [
        ("compact,delete", "delete,compact"),
        ("9223372036854775807", "9223372036854775806"),
        ("true", "1"),
    ] {
        assert!(!same(one, other), "{one} and {other}");
    }
}
