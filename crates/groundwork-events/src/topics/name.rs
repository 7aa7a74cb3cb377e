//! Kafka's rules for a topic's name, checked before the broker is asked, so that a line can be named.

/// Kafka's limit: the name becomes a folder's, with a partition's number behind it.
const LONGEST: usize = 249;

/// What is wrong with `name`, if anything.
pub(super) fn objection(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let wrong = |reason: &str| Some(format!("topic '{name}': {reason}"));
    if name.is_empty() {
        Some("a topic's name is empty".into())
    } else if name == "." || name == ".." {
        wrong("'.' and '..' are no names")
    } else if name.len() > LONGEST {
        wrong("a name has 249 characters at most")
    } else if !name.chars().all(allowed) {
        wrong("a name has letters, digits, '.', '_' and '-' only")
    } else if is_internal(name) {
        wrong("names that begin with '__' are Kafka's own")
    } else {
        None
    }
}

/// Kafka's own topics are never looked at, let alone touched.
pub(super) fn is_internal(name: &str) -> bool {
    name.starts_with("__")
}

/// Names with the same form collide in Kafka's metrics, so the broker refuses the second.
pub(super) fn collision_form(name: &str) -> String {
    name.replace('.', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kafka_takes_pass() {
        for name in ["orders", "Orders.v1-eu_west", "0", "...", &"a".repeat(249)] {
            assert_eq!(objection(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_kafka_refuses_are_objected_to() {
        for name in [
            "",
            ".",
            "..",
            "a b",
            "a/b",
            "größe",
            "__offsets",
            &"a".repeat(250),
        ] {
            assert!(objection(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_dot_and_an_underscore_collide() {
        assert_eq!(collision_form("a.b_c"), collision_form("a_b.c"));
        assert_ne!(collision_form("a-b"), collision_form("a_b"));
    }
}
