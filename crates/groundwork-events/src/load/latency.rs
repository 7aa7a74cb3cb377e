//! Latencies, from a histogram that keeps three digits.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// The histogram's range in microseconds. A longer latency counts as its end.
const RANGE: (u64, u64) = (1, 60_000_000);

/// Significant digits that it keeps.
const DIGITS: u8 = 3;

/// End-to-end latency in milliseconds, from due to consumed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Half of the messages were faster.
    pub p50: f64,
    /// 95 of 100 were faster.
    pub p95: f64,
    /// 99 of 100 were faster.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// Latencies as they come.
pub(super) struct Latencies(Option<Histogram<u64>>);

impl Latencies {
    pub(super) fn new() -> Self {
        // These bounds are fine, so it is always there.
        Self(Histogram::new_with_bounds(RANGE.0, RANGE.1, DIGITS).ok())
    }

    pub(super) fn add(&mut self, latency: Duration) {
        if let Some(histogram) = &mut self.0 {
            let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
            histogram.saturating_record(micros.max(RANGE.0));
        }
    }

    /// `None` when there was no message.
    pub(super) fn summary(&self) -> Option<Latency> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        let millis = |micros: u64| Duration::from_micros(micros).as_secs_f64() * 1000.0;
        let at = |quantile| millis(histogram.value_at_quantile(quantile));
        Some(Latency {
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
            max: millis(histogram.max()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_messages_within_three_digits() {
        let mut latencies = Latencies::new();
        for millis in 1..=1000 {
            latencies.add(Duration::from_millis(millis));
        }
        let latency = latencies.summary().unwrap();
        for (is, should) in [
            (latency.p50, 500.0),
            (latency.p95, 950.0),
            (latency.p99, 990.0),
            (latency.max, 1000.0),
        ] {
            assert!((is - should).abs() <= should / 500.0, "{is} for {should}");
        }
    }

    #[test]
    fn what_is_out_of_range_counts_as_its_end() {
        let mut latencies = Latencies::new();
        latencies.add(Duration::ZERO);
        latencies.add(Duration::from_secs(600));
        let latency = latencies.summary().unwrap();
        assert!(latency.p50 > 0.0 && latency.max > 59_000.0, "{latency:?}");
    }

    #[test]
    fn without_a_message_there_is_no_latency() {
        assert_eq!(Latencies::new().summary(), None);
    }
}
