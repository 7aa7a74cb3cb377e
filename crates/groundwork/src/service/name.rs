//! Which names a service may have.

use groundwork_contract::Stack;

use crate::failure::Failure;

/// Modules of Python 3.11's standard library (`sys.stdlib_module_names`), its keywords, and the keywords and
/// crates of Rust: what a service of such a name would hide from its own code.
const RESERVED: &str = include_str!("reserved.txt");

/// The longest name: a pod's has 17 characters more, and a DNS label may have 63.
const LONGEST: usize = 40;

/// Refuses a name that would not work somewhere, and offers a better one.
///
/// # Errors
/// When it is not a DNS label, or somebody else's.
pub fn check(name: &str, stack: &Stack) -> Result<(), Failure> {
    let refuse = |reason: &str, better: String| {
        let hint = format!("groundwork new {better}");
        Err(Failure::wrong_use(format!("'{name}' {reason}")).hint(hint))
    };
    if !is_label(name) {
        let reason = "cannot be the name of a service: that is a letter, then small letters, digits and '-', \
                      40 in all at most";
        return refuse(reason, better(name));
    }
    if RESERVED.split_whitespace().any(|word| word == name) {
        return refuse(
            "is a word of Python or Rust, or of their libraries",
            format!("{name}-service"),
        );
    }
    let components = stack.components.iter().map(|it| it.name.as_str());
    if components.chain(stack.optional()).any(|it| it == name) {
        return refuse("is a component of the stack already", format!("my-{name}"));
    }
    Ok(())
}

fn is_label(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.chars().all(plain)
}

/// The label that is nearest to `name`.
fn better(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<_> = lower
        .split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .collect();
    let mut label: String = words.join("-").chars().take(LONGEST).collect();
    if !label.starts_with(|c: char| c.is_ascii_lowercase()) {
        label = format!("service-{label}").chars().take(LONGEST).collect();
    }
    label.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::PathBuf};

    use groundwork_contract::Component;

    use super::*;

    fn stack() -> Stack {
        Stack {
            format: 0,
            version: "0".into(),
            programs: BTreeMap::new(),
            cni_plugins: PathBuf::new(),
            components: vec![Component {
                name: "kafka".into(),
                ..Component::default()
            }],
            waves: vec![],
            templates: PathBuf::new(),
            variants: vec![],
        }
    }

    fn hint(name: &str) -> String {
        let failure = check(name, &stack()).unwrap_err();
        failure.remedy().unwrap().to_owned()
    }

    #[test]
    fn a_label_that_is_free_is_taken() {
        for name in ["orders", "a", "market-data2"] {
            check(name, &stack()).unwrap();
        }
    }

    #[test]
    fn what_is_no_label_is_refused_with_the_nearest_one() {
        assert_eq!(hint("Order_Book"), "groundwork new order-book");
        assert_eq!(hint("2fast"), "groundwork new service-2fast");
        assert_eq!(hint("--"), "groundwork new service");
        assert_eq!(hint("größe"), "groundwork new gr-e");
        assert_eq!(
            hint(&"a".repeat(41)),
            format!("groundwork new {}", "a".repeat(40))
        );
    }

    #[test]
    fn what_is_offered_instead_is_itself_allowed() {
        for name in [
            "",
            "Order_Book",
            "-x-",
            "9",
            "Ünïcode",
            "json",
            "kafka",
            "async",
        ] {
            let better = hint(name).replace("groundwork new ", "");
            check(&better, &stack()).unwrap();
        }
    }

    #[test]
    fn words_of_the_languages_and_components_are_refused() {
        assert_eq!(hint("json"), "groundwork new json-service");
        assert_eq!(hint("match"), "groundwork new match-service");
        assert_eq!(hint("kafka"), "groundwork new my-kafka");
    }
}
