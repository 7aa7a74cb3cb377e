//! In which line of a YAML text a value stands.
//!
//! serde keeps no positions; its errors have one. So the text is read once more along a path, and
//! the value at its end is refused: the error's position is the value's. It holds for every way of
//! writing YAML, which a search for text would not.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// One step into a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// The n-th item of a list, from 0.
    Item(usize),
    /// The value of a map's field.
    Field(&'a str),
}

/// The line, from 1, of the value that `path` leads to; 0 when there is none.
pub(super) fn line_of(text: &str, path: &[Step<'_>]) -> usize {
    Follow(path)
        .deserialize(serde_yaml_ng::Deserializer::from_str(text))
        .err()
        .and_then(|error| error.location())
        .map_or(0, |location| location.line())
}

struct Follow<'a>(&'a [Step<'a>]);

impl<'de> DeserializeSeed<'de> for Follow<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0 {
            [] => Refuse::deserialize(deserializer).map(drop),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Follow<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if let Some((Step::Item(wanted), rest)) = self.0.split_first() {
            for _ in 0..*wanted {
                list.next_element::<IgnoredAny>()?;
            }
            list.next_element_seed(Follow(rest))?;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.0.split_first() {
                Some((Step::Field(wanted), rest)) if key == *wanted => {
                    map.next_value_seed(Follow(rest))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads anything and is never content, so that the error is at the value's begin.
struct Refuse;

impl<'de> Deserialize<'de> for Refuse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl Visitor<'_> for Refuse {
    type Value = Self;

    // Every visit that is not written out is an error "expected a place".
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Step::{Field, Item},
        *,
    };

    const TEXT: &str = "# a comment\ntopics:\n  - name: a\n    config:\n      x: 1\n  - {name: b,\n     config: {x: 1, y: yes}}\n";

    #[test]
    fn a_value_is_found_in_its_line_however_it_is_written() {
        let line = |path: &[Step<'_>]| line_of(TEXT, path);
        assert_eq!(line(&[Field("topics")]), 3);
        assert_eq!(line(&[Field("topics"), Item(0), Field("name")]), 3);
        assert_eq!(
            line(&[Field("topics"), Item(0), Field("config"), Field("x")]),
            5
        );
        assert_eq!(line(&[Field("topics"), Item(1)]), 6);
        assert_eq!(
            line(&[Field("topics"), Item(1), Field("config"), Field("y")]),
            7
        );
    }

    #[test]
    fn what_is_not_there_has_no_line() {
        assert_eq!(line_of(TEXT, &[Field("topics"), Item(7)]), 0);
        assert_eq!(line_of(TEXT, &[Field("nothing")]), 0);
    }
}
