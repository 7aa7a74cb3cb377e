//! The records of a look that are worth keeping: the newest or the oldest, so many, and so much of
//! them. Pure.

use std::collections::BTreeMap;

use super::Shown;

/// Where a record stands among those of all partitions: its time in milliseconds, then its partition
/// and offset.
pub(super) type Order = (i64, i32, i64);

/// Records in their order, never more than a number of them and of their bytes.
#[derive(Debug)]
pub(super) struct Kept {
    newest: bool,
    limit: usize,
    /// How many bytes they may have together.
    most: usize,
    bytes: usize,
    records: BTreeMap<Order, Shown>,
    /// Whether some had to go for their size alone.
    pub(super) cut: bool,
}

impl Kept {
    /// Keeps the `newest`, or else the oldest, `limit` records of `most` bytes together.
    pub(super) fn new(newest: bool, limit: usize, most: usize) -> Self {
        Self {
            newest,
            limit,
            most,
            bytes: 0,
            records: BTreeMap::new(),
            cut: false,
        }
    }

    /// Whether a record at `order` would be kept.
    pub(super) fn wants(&self, order: Order) -> bool {
        match self.boundary() {
            None => self.limit > 0,
            Some(boundary) if self.newest => order > boundary,
            Some(boundary) => order < boundary,
        }
    }

    /// Keeps `shown`, and lets go what is too much then.
    pub(super) fn keep(&mut self, order: Order, shown: Shown) {
        self.bytes += shown.bytes();
        self.records.insert(order, shown);
        while self.records.len() > self.limit {
            self.let_go();
        }
        // The first one is kept however large it is.
        while self.bytes > self.most && self.records.len() > 1 {
            self.let_go();
            // Records beyond the one that had to go, older or younger, must not take its place.
            self.limit = self.records.len();
            self.cut = true;
        }
    }

    /// Whether all that can be wanted is at or before `reached`, as far as its partition is read.
    pub(super) fn settled(&self, reached: Order) -> bool {
        !self.wants(reached)
    }

    /// Newest first, or oldest first.
    pub(super) fn into_records(self) -> Vec<Shown> {
        let records = self.records.into_values();
        if self.newest {
            records.rev().collect()
        } else {
            records.collect()
        }
    }

    /// The order of the record that goes next; none while there is room.
    fn boundary(&self) -> Option<Order> {
        if self.records.len() < self.limit {
            return None;
        }
        let end = if self.newest {
            self.records.first_key_value()
        } else {
            self.records.last_key_value()
        };
        end.map(|(order, _)| *order)
    }

    fn let_go(&mut self) {
        let gone = if self.newest {
            self.records.pop_first()
        } else {
            self.records.pop_last()
        };
        self.bytes -= gone.map_or(0, |(_, shown)| shown.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Record;

    fn shown(offset: i64, size: usize) -> Shown {
        Shown {
            record: Record {
                topic: "t".into(),
                partition: 0,
                offset,
                timestamp: None,
                key: None,
                value: Some(vec![0; size]),
                headers: vec![],
            },
            truncated: false,
        }
    }

    fn kept(newest: bool, limit: usize, most: usize, sizes: &[usize]) -> Kept {
        let mut kept = Kept::new(newest, limit, most);
        for (offset, size) in (0..).zip(sizes) {
            let order = (offset, 0, offset);
            if kept.wants(order) {
                kept.keep(order, shown(offset, *size));
            }
        }
        kept
    }

    fn offsets(kept: Kept) -> Vec<i64> {
        let records = kept.into_records().into_iter();
        records.map(|shown| shown.record.offset).collect()
    }

    #[test]
    fn the_newest_are_kept_newest_first_and_the_oldest_oldest_first() {
        assert_eq!(offsets(kept(true, 2, 99, &[1; 5])), [4, 3]);
        assert_eq!(offsets(kept(false, 2, 99, &[1; 5])), [0, 1]);
        assert_eq!(offsets(kept(true, 0, 99, &[1; 5])), [0_i64; 0]);
    }

    #[test]
    fn a_partition_is_settled_when_what_is_left_of_it_would_not_be_kept() {
        let full = kept(true, 2, 99, &[1; 5]);
        assert!(full.settled((3, 0, 3)) && full.settled((2, 1, 0)));
        assert!(!full.settled((4, 1, 0)));
        assert!(!kept(true, 9, 99, &[1; 5]).settled((0, 0, 0)));
    }

    #[test]
    fn large_records_leave_no_gap_between_those_that_are_kept() {
        // 30 bytes have no room for the two of 20; the older small ones must not slip in.
        let kept = kept(false, 9, 30, &[10, 20, 20, 1, 1]);
        assert!(kept.cut);
        assert_eq!(offsets(kept), [0, 1]);
        let one = self::kept(true, 9, 5, &[10]);
        assert!(!one.cut, "one is kept however large it is");
    }
}
