//! What the log says of spans that were lost.

use std::time::{Duration, Instant};

use super::logged;
use crate::telemetry::outbox::Lost;

#[test]
fn lost_spans_are_told_of_at_most_once_a_minute_and_all_in_the_end() {
    let begin = Instant::now();
    let lines = logged(|| {
        let mut lost = Lost::default();
        for (seconds, total) in [(0, 0), (1, 2), (2, 5), (60, 7), (61, 9), (200, 9)] {
            lost.tell(total, begin + Duration::from_secs(seconds));
        }
    });
    let told: Vec<_> = lines.iter().map(|line| line["spans"].as_u64()).collect();
    assert_eq!(told, [Some(2), Some(7)]);
}
