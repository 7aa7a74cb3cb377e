//! Compares what was acknowledged with what is there. Pure: no I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::Position;

/// A record of the ledger and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Entry {
    /// The key's number.
    pub key: u32,
    /// The record's number within its key, from 0.
    pub number: u64,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

impl Entry {
    fn position(&self) -> Position {
        Position {
            partition: self.partition,
            offset: self.offset,
        }
    }
}

/// What the comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Verdict {
    /// How many records were acknowledged.
    pub acknowledged: usize,
    /// How many records the topic has.
    pub read: usize,
    /// Acknowledged and nowhere in the topic.
    pub lost: Vec<Entry>,
    /// Acknowledged for one place and found in another, with the place that was acknowledged.
    pub misplaced: Vec<Entry>,
    /// Records that stand behind a later one of their key.
    pub out_of_order: Vec<Entry>,
    /// Records that were there before.
    pub duplicates: Vec<Entry>,
}

impl Verdict {
    /// Whether every promise was kept.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let broken = [
            &self.lost,
            &self.misplaced,
            &self.out_of_order,
            &self.duplicates,
        ];
        broken.into_iter().all(Vec::is_empty)
    }
}

/// Compares `acknowledged` with `read`, all that the topic has in any order.
///
/// A record that was never acknowledged may be there or not: the broker may have died between
/// writing it and saying so. Twice, or behind a later one, it must not be there either.
#[must_use]
pub fn verify(acknowledged: &[Entry], read: &[Entry]) -> Verdict {
    let mut verdict = Verdict {
        acknowledged: acknowledged.len(),
        read: read.len(),
        ..Verdict::default()
    };
    let mut in_order = read.to_vec();
    in_order.sort_by_key(Entry::position);
    let places: HashMap<Position, (u32, u64)> = read
        .iter()
        .map(|entry| (entry.position(), (entry.key, entry.number)))
        .collect();
    let mut seen = HashSet::new();
    // The highest number of each key so far, and the partition that the key lives in.
    let mut heads: BTreeMap<u32, (u64, i32)> = BTreeMap::new();
    for entry in in_order {
        if !seen.insert((entry.key, entry.number)) {
            verdict.duplicates.push(entry);
            continue;
        }
        let head = (entry.number, entry.partition);
        match heads.get_mut(&entry.key) {
            // A key in two partitions has no order any more.
            Some((number, partition))
                if entry.number < *number || entry.partition != *partition =>
            {
                verdict.out_of_order.push(entry);
            }
            Some(last) => *last = head,
            None => drop(heads.insert(entry.key, head)),
        }
    }
    for entry in acknowledged {
        let identity = (entry.key, entry.number);
        if !seen.contains(&identity) {
            verdict.lost.push(*entry);
        } else if places.get(&entry.position()) != Some(&identity) {
            verdict.misplaced.push(*entry);
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: u32, number: u64, partition: i32, offset: i64) -> Entry {
        Entry {
            key,
            number,
            partition,
            offset,
        }
    }

    /// Two keys in two partitions, as they were produced.
    fn good() -> Vec<Entry> {
        vec![
            entry(0, 0, 0, 0),
            entry(1, 0, 1, 0),
            entry(0, 1, 0, 1),
            entry(1, 1, 1, 1),
        ]
    }

    #[test]
    fn a_topic_that_has_everything_in_order_is_clean() {
        let verdict = verify(&good(), &good());
        assert!(verdict.is_clean(), "{verdict:?}");
        assert_eq!((verdict.acknowledged, verdict.read), (4, 4));
    }

    #[test]
    fn the_order_of_reading_does_not_matter_only_that_of_offsets() {
        let mut read = good();
        read.reverse();
        assert!(verify(&good(), &read).is_clean());
    }

    #[test]
    fn a_record_that_was_written_and_not_acknowledged_is_no_fault() {
        let verdict = verify(&good()[..2], &good());
        assert!(verdict.is_clean(), "{verdict:?}");
    }

    #[test]
    fn an_acknowledged_record_that_is_not_there_is_lost() {
        let mut read = good();
        let lost = read.remove(2);
        let verdict = verify(&good(), &read);
        assert_eq!(verdict.lost, [lost]);
        assert!(!verdict.is_clean());
    }

    #[test]
    fn a_lost_record_whose_place_another_took_is_lost_and_not_misplaced() {
        let mut read = good();
        read[2] = entry(0, 2, 0, 1);
        let verdict = verify(&good(), &read);
        assert_eq!((verdict.lost.len(), verdict.misplaced.len()), (1, 0));
    }

    #[test]
    fn a_record_in_another_place_than_acknowledged_is_misplaced() {
        let mut read = good();
        read[2].offset = 7;
        let verdict = verify(&good(), &read);
        assert_eq!(verdict.misplaced, [good()[2]]);
        assert!(verdict.lost.is_empty());
    }

    #[test]
    fn a_record_behind_a_later_one_of_its_key_is_out_of_order() {
        let mut read = good();
        (read[0].offset, read[2].offset) = (1, 0);
        let verdict = verify(&[], &read);
        assert_eq!(verdict.out_of_order, [entry(0, 0, 0, 1)]);
    }

    #[test]
    fn a_key_that_changes_its_partition_is_out_of_order() {
        let verdict = verify(&[], &[entry(0, 0, 0, 0), entry(0, 1, 1, 0)]);
        assert_eq!(verdict.out_of_order, [entry(0, 1, 1, 0)]);
    }

    #[test]
    fn a_record_that_is_there_twice_is_a_duplicate() {
        let mut read = good();
        read.push(entry(0, 1, 0, 2));
        let verdict = verify(&good(), &read);
        assert_eq!(verdict.duplicates, [entry(0, 1, 0, 2)]);
        assert!(verdict.lost.is_empty() && verdict.out_of_order.is_empty());
    }
}
