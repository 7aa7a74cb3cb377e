//! Which secret: its namespace and its name.

use std::fmt;

use super::Error;

/// With `.v` and a number behind it, a name must still be a label's value, of 63 characters.
const LONGEST: usize = 50;

/// A secret's namespace and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// The namespace; the services in it can be let read the secret.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Id {
    /// The secret `name` in `namespace`.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn new(namespace: &str, name: &str) -> Result<Self, Error> {
        for part in [namespace, name] {
            if !is_label(part) {
                return Err(Error::Name(part.to_owned()));
            }
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The name of the object that keeps version `number`. Only a version can be called so, as a
    /// secret's name has no dot.
    #[must_use]
    pub fn version(&self, number: u32) -> String {
        format!("{}.v{number}", self.name)
    }
}

/// The narrower of Kubernetes' two rules for names (RFC 1123's labels), somewhat shorter.
fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty()
        && text.len() <= LONGEST
        && text.chars().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_and_leaves_room_for_its_versions() {
        for name in ["a", "alpaca-paper", "db2"] {
            Id::new("default", name).unwrap();
        }
        let long = "a".repeat(51);
        for name in ["", "-a", "a-", "A", "a.v1", "a_b", "ä", "../x", &long] {
            assert!(Id::new("default", name).is_err(), "{name}");
        }
        assert!(Id::new("Default", "a").is_err());
    }

    #[test]
    fn the_object_of_a_version_has_a_name_that_no_secret_has() {
        let id = Id::new("default", "alpaca").unwrap();
        assert_eq!(id.version(3), "alpaca.v3");
        assert!(Id::new("default", &id.version(3)).is_err());
    }
}
