//! Any topics.yaml is read or refused, and Kafka would take each name that is accepted.
#![no_main]

use std::path::Path;

use groundwork_events::topics::Declared;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(declared) = Declared::parse(Path::new("topics.yaml"), text) else {
        return;
    };
    for topic in declared.topics {
        assert!(topic.partitions >= 1);
        assert!((1..=249).contains(&topic.name.len()), "{}", topic.name);
        let allowed = |it: u8| it.is_ascii_alphanumeric() || b"._-".contains(&it);
        assert!(topic.name.bytes().all(allowed), "{}", topic.name);
    }
});
