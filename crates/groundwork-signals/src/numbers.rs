//! Numbered lines and spans: which are there, which are missing, which are there twice. Pure.

use std::{collections::BTreeMap, fmt, ops::Range};

/// How many ranges of missing numbers are worth naming.
const SHOWN: usize = 5;

/// Which of the wanted numbers are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many were wanted.
    pub wanted: u64,
    /// Those that are not there, in order.
    pub missing: Vec<u64>,
    /// Those that are there more than once.
    pub twice: Vec<u64>,
}

impl Tally {
    /// Counts the wanted numbers among `found`.
    pub fn of(found: impl IntoIterator<Item = u64>, wanted: Range<u64>) -> Self {
        let mut times: BTreeMap<u64, u32> = BTreeMap::new();
        for number in found {
            if wanted.contains(&number) {
                *times.entry(number).or_default() += 1;
            }
        }
        Self {
            wanted: wanted.end.saturating_sub(wanted.start),
            missing: wanted.filter(|it| !times.contains_key(it)).collect(),
            twice: times
                .iter()
                .filter(|(_, times)| **times > 1)
                .map(|(number, _)| *number)
                .collect(),
        }
    }

    /// Whether every number is there, and once.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.twice.is_empty()
    }
}

/// `600 wanted, 3 missing (7, 9-10), 0 twice`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wanted, {} missing", self.wanted, self.missing.len())?;
        if !self.missing.is_empty() {
            write!(f, " ({})", ranges(&self.missing))?;
        }
        write!(f, ", {} twice", self.twice.len())
    }
}

/// `7, 9-10` of 7, 9, 10.
fn ranges(numbers: &[u64]) -> String {
    let groups: Vec<_> = numbers
        .chunk_by(|before, after| before + 1 == *after)
        .collect();
    let shown = groups.iter().take(SHOWN).map(|group| match *group {
        [one] => one.to_string(),
        several => format!("{}-{}", several[0], several[several.len() - 1]),
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if groups.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// The number of a line or span of `prefix`: `prefix 12` is 12.
#[must_use]
pub fn number(text: &str, prefix: &str) -> Option<u64> {
    text.strip_prefix(prefix)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_once_is_whole() {
        let tally = Tally::of([3, 1, 2], 1..4);
        assert!(tally.is_whole());
        assert_eq!(tally.to_string(), "3 wanted, 0 missing, 0 twice");
    }

    #[test]
    fn what_is_missing_or_there_twice_is_named() {
        let tally = Tally::of([1, 2, 2, 5, 6, 99], 1..8);
        assert!(!tally.is_whole());
        assert_eq!(tally.missing, [3, 4, 7]);
        assert_eq!(tally.twice, [2]);
        assert_eq!(tally.to_string(), "7 wanted, 3 missing (3-4, 7), 1 twice");
    }

    #[test]
    fn a_number_is_that_of_its_own_writer() {
        assert_eq!(number("run-1 12", "run-1"), Some(12));
        assert_eq!(number("run-1 12 and more", "run-1"), None);
        assert_eq!(number("run-2 12", "run-1"), None);
    }
}
