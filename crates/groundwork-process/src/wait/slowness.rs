//! How much slower than an ordinary machine this one is: emulated, or busy with other work.
//!
//! It is measured when a wait has run out for the first time, and once per process.

use std::{
    collections::BTreeMap,
    hint::black_box,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// How long [`work`] takes on an otherwise idle virtual core of an Intel Xeon at 2.6 GHz.
const ORDINARY: Duration = Duration::from_millis(if cfg!(debug_assertions) { 36 } else { 13 });

/// The limit: on a machine that is slower still, the condition is taken for one that will never hold.
const SLOWEST: f64 = 16.0;

/// How many words the work counts.
const WORDS: usize = 60_000;

/// How long to wait instead of a deadline that is reached.
pub type Longer = fn(Duration) -> Duration;

/// How long to wait on this machine for what an ordinary one does within `deadline`. To be asked when
/// `deadline` has passed: the first answer takes a moment, as the machine is measured then.
#[must_use]
pub fn longer(deadline: Duration) -> Duration {
    match deadline {
        Duration::ZERO => deadline,
        _ => stretched(deadline, factor()),
    }
}

/// Whether to give up after having `waited` for what an ordinary machine does within `deadline`.
#[must_use]
pub fn is_over(waited: Duration, deadline: Duration) -> bool {
    waited >= deadline && waited >= longer(deadline)
}

/// How many times as long as an ordinary machine this one takes, from 1 to [`SLOWEST`].
fn factor() -> f64 {
    static FACTOR: OnceLock<f64> = OnceLock::new();
    *FACTOR.get_or_init(|| {
        let started = Instant::now();
        black_box(work());
        factor_of(started.elapsed())
    })
}

/// The factor of a machine on which the work took so long.
fn factor_of(took: Duration) -> f64 {
    (took.as_secs_f64() / ORDINARY.as_secs_f64()).clamp(1.0, SLOWEST)
}

/// `deadline` on a machine that is `factor` times as slow as an ordinary one.
fn stretched(deadline: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(deadline.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// Counts words: text, memory that is allocated, and calls, as in any program.
///
/// NB: an emulator takes twice as long for plain arithmetic, and twelve times as long for this.
fn work() -> usize {
    let mut counts = BTreeMap::new();
    let mut random = 1_u64;
    for _ in 0..WORDS {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *counts.entry(format!("word {}", random >> 50)).or_insert(0) += 1;
    }
    let letters = |(word, count): (String, usize)| count * word.len();
    counts.into_iter().map(letters).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_ten_times_as_slow_waits_ten_times_as_long() {
        let factor = factor_of(ORDINARY * 10);
        let waits = stretched(Duration::from_secs(20), factor);
        assert_eq!(waits, Duration::from_secs(200));
    }

    #[test]
    fn a_fast_machine_waits_no_shorter_and_a_very_slow_one_not_for_ever() {
        assert_eq!(factor_of(ORDINARY / 3), 1.0);
        assert_eq!(factor_of(ORDINARY * 1000), 16.0);
        assert_eq!(stretched(Duration::MAX, 2.0), Duration::MAX);
    }

    #[test]
    fn the_work_is_always_the_same_and_measured_once() {
        assert_eq!(work(), work());
        assert_eq!(factor(), factor());
    }

    #[test]
    fn a_wait_is_not_over_before_its_deadline() {
        let hour = Duration::from_secs(3600);
        assert!(!is_over(hour / 2, hour));
        assert!(is_over(hour * 17, hour));
        assert!(is_over(Duration::ZERO, Duration::ZERO));
    }
}
