//! The course of a wait, apart from the clock: when to look again, and when to give up.

use std::time::Duration;

use super::{backoff::Backoff, slowness::Longer};

/// What is left of a wait.
#[derive(Debug, Clone)]
pub(super) struct Course {
    deadline: Duration,
    /// Where it ends as far as is known: at the deadline until that is reached.
    end: Duration,
    /// How long to wait instead of a deadline that is reached.
    pub(super) longer: Longer,
    /// How long to pause between two looks.
    pub(super) pace: Backoff,
}

impl Course {
    pub(super) fn new(deadline: Duration, longer: Longer, pace: Backoff) -> Self {
        Self {
            deadline,
            end: deadline,
            longer,
            pace,
        }
    }

    /// How long to pause after a look that ended `waited` after the start; none when time is up.
    /// The last pause is short enough for a look at the end.
    pub(super) fn pause(&mut self, waited: Duration) -> Option<Duration> {
        if waited >= self.end {
            self.end = (self.longer)(self.deadline);
        }
        let left = self.end.saturating_sub(waited);
        (left > Duration::ZERO).then(|| self.pace.next().min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn of_ten_seconds(longer: Longer) -> Course {
        Course::new(seconds(10), longer, Backoff::steady(seconds(4)))
    }

    #[test]
    fn looks_are_a_pause_apart_and_the_last_is_at_the_end() {
        let mut course = of_ten_seconds(|same| same);
        assert_eq!(course.pause(seconds(0)), Some(seconds(4)));
        assert_eq!(course.pause(seconds(4)), Some(seconds(4)));
        assert_eq!(course.pause(seconds(8)), Some(seconds(2)));
        assert_eq!(course.pause(seconds(10)), None);
    }

    #[test]
    fn the_machine_is_not_measured_before_the_deadline() {
        let mut course = of_ten_seconds(|_| panic!("measured"));
        assert!(course.pause(seconds(9)).is_some());
    }

    #[test]
    fn a_slow_machine_goes_on_to_its_own_end() {
        let mut course = of_ten_seconds(|it| it * 3);
        assert_eq!(course.pause(seconds(11)), Some(seconds(4)));
        assert_eq!(course.pause(seconds(29)), Some(seconds(1)));
        assert_eq!(course.pause(seconds(30)), None);
    }

    #[test]
    fn a_look_that_takes_longer_than_the_wait_is_the_last() {
        assert_eq!(of_ten_seconds(|same| same).pause(seconds(60)), None);
        let mut at_once = Course::new(seconds(0), |same| same, Backoff::steady(seconds(4)));
        assert_eq!(at_once.pause(seconds(0)), None);
    }

    #[test]
    fn a_wait_without_an_end_goes_on() {
        let pace = Backoff::doubling(seconds(1), seconds(8));
        let mut course = Course::new(Duration::MAX, |it| it, pace);
        let pauses = (0..5).map(|_| course.pause(seconds(1 << 40)).unwrap().as_secs());
        assert_eq!(pauses.collect::<Vec<_>>(), [1, 2, 4, 8, 8]);
    }
}
