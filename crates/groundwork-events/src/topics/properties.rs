//! What holds for every topics.yaml and every retention, whatever is in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};
use serde_json::json;

use super::{Declared, Refused, Retention, name};

/// What stands in such files, and what YAML has besides.
const PIECES: [&str; 44] = [
    "topics:",
    "topics: []",
    "\n",
    "\n  - ",
    "\n    ",
    "\n      ",
    "name: ",
    "partitions: ",
    "retention: ",
    "compact: ",
    "config:",
    "retention.ms: ",
    "x: ",
    "orders",
    "a.b",
    "a_b",
    "__x",
    "1",
    "0",
    "-1",
    "0.5",
    "7d",
    "forever",
    "true",
    "~",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ": ",
    "'",
    "\"",
    "\\",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">",
    "!!str ",
    "---",
    "\t",
    "\u{feff}",
];

/// Twenty thousand years, which jiff takes for the longest span; in milliseconds.
const LONGEST: i64 = 631_107_417_600_000;

fn parse(text: &str) -> Result<Declared, Refused> {
    Declared::parse(Path::new("topics.yaml"), text)
}

/// Files of such pieces in any order, of which nearly all are wrong somewhere.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Files of this form, of which some are right.
fn formed() -> impl Strategy<Value = String> {
    let name = prop_oneof![4 => "[a-c._]{1,3}", 1 => "[a-z]{248,251}", 1 => "\\PC{0,4}"];
    let retention = prop_oneof![4 => "[1-9][0-9]{0,9}[dhms]", 1 => "forever", 1 => "\\PC{0,4}"];
    vec((name, -1..9_i32, retention), 0..4).prop_map(|topics| {
        let topics = topics.into_iter().map(|(name, partitions, retention)| {
            json!({"name": name, "partitions": partitions, "retention": retention})
        });
        json!({"topics": topics.collect::<Vec<_>>()}).to_string()
    })
}

/// Files in which nothing can be wrong but names, one of them perhaps beside another.
fn named() -> impl Strategy<Value = String> {
    let name = select(&["a", "a.b", "a_b", "a-b", "a b", "..", "__a", ""][..]);
    vec(name, 0..4).prop_map(|names| {
        let topics = names
            .into_iter()
            .map(|name| json!({"name": name, "partitions": 1}));
        json!({"topics": topics.collect::<Vec<_>>()}).to_string()
    })
}

/// Topics that Kafka would take.
fn sound() -> impl Strategy<Value = BTreeMap<String, (i32, BTreeMap<String, String>)>> {
    let settings = btree_map("[a-z]{1,8}(\\.[a-z]{1,8}){0,2}", "[ -~]{0,12}", 0..4);
    btree_map("[a-zA-Z0-9-]{1,249}", (1..=i32::MAX, settings), 0..5)
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_lines_that_it_has(text in prop_oneof![wild(), formed(), named()]) {
        match parse(&text) {
            Ok(declared) => {
                for topic in &declared.topics {
                    let lines = &topic.lines;
                    for line in [lines.name, lines.partitions].into_iter().chain(lines.settings.values().copied()) {
                        prop_assert!((1..=last_line(&text)).contains(&line), "line {line}");
                    }
                    prop_assert!(topic.settings.keys().eq(lines.settings.keys()));
                }
            }
            Err(refused) => {
                prop_assert!(!refused.broken.is_empty());
                for broken in &refused.broken {
                    // A missing field is reported at the file's end, which can be behind its last line.
                    prop_assert!(broken.line <= last_line(&text) + 1, "{refused}");
                    prop_assert!(!broken.reason.is_empty());
                }
            }
        }
    }

    #[test]
    fn what_is_accepted_is_what_kafka_takes(text in prop_oneof![wild(), formed(), named()]) {
        let Ok(declared) = parse(&text) else { return Ok(()) };
        let mut forms = BTreeSet::new();
        for topic in &declared.topics {
            prop_assert!((1..=249).contains(&topic.name.len()));
            prop_assert!(topic.name.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it)));
            prop_assert!(topic.name != "." && topic.name != ".." && !name::is_internal(&topic.name));
            prop_assert!(topic.partitions >= 1);
            prop_assert!(forms.insert(topic.name.replace('.', "_")), "{} collides", topic.name);
        }
    }

    #[test]
    fn what_is_declared_is_what_is_read(topics in sound()) {
        let written: Vec<_> = topics.iter().map(|(name, (partitions, settings))| {
            json!({"name": name, "partitions": partitions, "config": settings})
        }).collect();
        let declared = parse(&json!({"topics": written}).to_string()).unwrap();
        let read: BTreeMap<_, _> = declared.topics.into_iter()
            .map(|topic| (topic.name, (topic.partitions, topic.settings)))
            .collect();
        prop_assert_eq!(read, topics);
    }

    #[test]
    fn a_retention_that_is_shown_is_read_back(millis in prop_oneof![1..=LONGEST, 1..100_000_i64]) {
        let shown = Retention::from_millis(millis);
        prop_assert_eq!(shown.to_string().parse(), Ok(shown));
    }

    #[test]
    fn any_length_of_time_is_longer_than_nothing_or_refused(text in "\\PC{0,12}|(-?[0-9]{1,20} ?(ms|s|m|h|d|w) ?){1,3}|-?0{1,2}(ms|d)") {
        if let Ok(retention) = text.parse::<Retention>() {
            prop_assert!(retention == Retention::Forever || retention.millis() > 0);
        }
    }
}

/// The number of the line in which `text` ends; YAML takes each of these for a line's end.
fn last_line(text: &str) -> usize {
    1 + text
        .matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        .count()
}
