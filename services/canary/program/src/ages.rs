//! What was sent, what of it each store has given back, and how old the newest of it is.
//!
//! Pure: it is told the time, and what a look has found. Not owned: how anything is sent or looked for.

use std::{collections::VecDeque, time::Instant};

use serde::Serialize;

/// How many of the last rounds are looked for: as many as are sent until an age is an alert. So a store
/// that is some minutes late has that age, and not one that grows.
const KEPT: usize = 6;

/// Where something is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Logs,
    Traces,
    Metrics,
    Events,
}

impl Store {
    pub(crate) const ALL: [Self; 4] = [Self::Logs, Self::Traces, Self::Metrics, Self::Events];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Events => "events",
        }
    }
}

/// One line, one span, one sample and one record, sent together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Round {
    /// Its trace, which its line and its record name, too.
    pub(crate) id: String,
    /// Its sample: when it was sent, in seconds since 1970.
    pub(crate) second: u64,
    /// When it was sent, on the monotonic clock.
    pub(crate) sent: Instant,
}

/// How old the newest is that a store has given back; its JSON is a contract with the launcher.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Age {
    pub(crate) store: &'static str,
    /// Since the start, where nothing was given back yet.
    pub(crate) age_seconds: u64,
    /// Why the last look has not found the newest; empty where it has.
    pub(crate) reason: String,
}

/// What a look has changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The looks before had found everything.
    Missed(String),
    /// The look before had not.
    Found,
}

/// What is known of all stores.
#[derive(Debug)]
pub(crate) struct Ages {
    started: Instant,
    /// The oldest first.
    rounds: VecDeque<Round>,
    stores: [Known; Store::ALL.len()],
}

#[derive(Debug, Default)]
struct Known {
    /// When the newest that was given back had been sent.
    newest: Option<Instant>,
    reason: String,
}

impl Ages {
    /// Nothing was sent yet.
    pub(crate) fn new(started: Instant) -> Self {
        Self {
            started,
            rounds: VecDeque::with_capacity(KEPT),
            stores: Default::default(),
        }
    }

    /// Notes a round that goes out.
    pub(crate) fn sent(&mut self, round: Round) {
        if self.rounds.len() == KEPT {
            self.rounds.pop_front();
        }
        self.rounds.push_back(round);
    }

    /// The sample of the newest round.
    pub(crate) fn second(&self) -> Option<u64> {
        self.rounds.back().map(|round| round.second)
    }

    /// What to look for in `store`: the rounds newer than what it has given back, the newest first.
    pub(crate) fn missing(&self, store: Store) -> Vec<Round> {
        let newest = self.stores[store as usize].newest;
        let rounds = self.rounds.iter().rev();
        rounds
            .take_while(|round| Some(round.sent) > newest)
            .cloned()
            .collect()
    }

    /// Notes what a look into `store` has come to: the newest round that is there, or why that is unknown.
    pub(crate) fn looked(
        &mut self,
        store: Store,
        found: Result<Option<Round>, String>,
        now: Instant,
    ) -> Option<Turn> {
        let known = &mut self.stores[store as usize];
        let reason = match found {
            Err(reason) => reason,
            Ok(found) => {
                known.newest = known.newest.max(found.map(|round| round.sent));
                let wanted = self.rounds.back().map(|round| round.sent);
                match wanted.filter(|_| wanted > known.newest) {
                    Some(sent) => {
                        let seconds = now.saturating_duration_since(sent).as_secs();
                        format!("what was sent {seconds} s ago is not there")
                    }
                    None => String::new(),
                }
            }
        };
        let turn = match (known.reason.is_empty(), reason.is_empty()) {
            (true, false) => Some(Turn::Missed(reason.clone())),
            (false, true) => Some(Turn::Found),
            _ => None,
        };
        known.reason = reason;
        turn
    }

    /// Every store's age.
    pub(crate) fn told(&self, now: Instant) -> [Age; Store::ALL.len()] {
        Store::ALL.map(|store| {
            let known = &self.stores[store as usize];
            let since = known.newest.unwrap_or(self.started);
            Age {
                store: store.name(),
                age_seconds: now.saturating_duration_since(since).as_secs(),
                reason: known.reason.clone(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Seconds after the start, on the clock of the test.
    struct Clock(Instant);

    impl Clock {
        fn at(&self, seconds: u64) -> Instant {
            self.0 + Duration::from_secs(seconds)
        }

        fn round(&self, seconds: u64) -> Round {
            Round {
                id: format!("round-{seconds}"),
                second: 1_795_993_200 + seconds,
                sent: self.at(seconds),
            }
        }
    }

    fn begun() -> (Clock, Ages) {
        let clock = Clock(Instant::now());
        let ages = Ages::new(clock.at(0));
        (clock, ages)
    }

    fn age(ages: &Ages, store: Store, now: Instant) -> (u64, String) {
        let told = ages.told(now);
        let age = told.into_iter().find(|age| age.store == store.name());
        let Age {
            age_seconds,
            reason,
            ..
        } = age.unwrap();
        (age_seconds, reason)
    }

    #[test]
    fn before_anything_came_back_the_age_counts_from_the_start() {
        let (clock, mut ages) = begun();
        assert_eq!(ages.missing(Store::Logs), []);
        assert_eq!(ages.second(), None);
        ages.sent(clock.round(0));
        for store in Store::ALL {
            assert_eq!(age(&ages, store, clock.at(17)), (17, String::new()));
        }
    }

    #[test]
    fn what_is_found_makes_its_store_as_young_as_when_it_was_sent_and_no_other() {
        let (clock, mut ages) = begun();
        ages.sent(clock.round(60));
        assert_eq!(ages.second(), Some(1_795_993_260));
        let found = Ok(Some(clock.round(60)));
        assert_eq!(ages.looked(Store::Logs, found, clock.at(80)), None);
        assert_eq!(age(&ages, Store::Logs, clock.at(80)), (20, String::new()));
        assert_eq!(age(&ages, Store::Traces, clock.at(80)).0, 80);
        assert_eq!(ages.missing(Store::Logs), []);
        assert_eq!(ages.missing(Store::Traces), [clock.round(60)]);
    }

    #[test]
    fn only_what_is_newer_than_the_newest_found_is_looked_for() {
        let (clock, mut ages) = begun();
        for seconds in [0, 60, 120] {
            ages.sent(clock.round(seconds));
        }
        let found = Ok(Some(clock.round(60)));
        ages.looked(Store::Events, found, clock.at(140));
        assert_eq!(ages.missing(Store::Events), [clock.round(120)]);
        let all = [120, 60, 0].map(|seconds| clock.round(seconds));
        assert_eq!(ages.missing(Store::Metrics), all);
    }

    #[test]
    fn a_store_that_is_late_has_the_age_of_what_it_has_and_says_what_is_missing() {
        let (clock, mut ages) = begun();
        ages.sent(clock.round(0));
        ages.sent(clock.round(60));
        ages.looked(Store::Traces, Ok(Some(clock.round(0))), clock.at(80));
        let late = "what was sent 20 s ago is not there";
        assert_eq!(
            age(&ages, Store::Traces, clock.at(80)),
            (80, late.to_owned())
        );
    }

    #[test]
    fn a_store_that_cannot_be_asked_keeps_its_age_and_has_the_reason() {
        let (clock, mut ages) = begun();
        ages.sent(clock.round(0));
        ages.looked(Store::Metrics, Ok(Some(clock.round(0))), clock.at(20));
        ages.sent(clock.round(60));
        ages.looked(Store::Metrics, Err("it hangs".into()), clock.at(80));
        assert_eq!(
            age(&ages, Store::Metrics, clock.at(80)),
            (80, "it hangs".to_owned())
        );
    }

    #[test]
    fn a_store_that_begins_or_ceases_to_fail_is_told_once() {
        let (clock, mut ages) = begun();
        ages.sent(clock.round(0));
        let mut looked = |found, seconds| ages.looked(Store::Logs, found, clock.at(seconds));
        let missed = "what was sent 20 s ago is not there".to_owned();
        assert_eq!(looked(Ok(None), 20), Some(Turn::Missed(missed)));
        assert_eq!(looked(Err("it hangs".into()), 40), None);
        assert_eq!(looked(Ok(Some(clock.round(0))), 60), Some(Turn::Found));
        assert_eq!(looked(Ok(None), 61), None, "there is nothing newer");
    }

    #[test]
    fn rounds_that_are_too_old_are_looked_for_no_more() {
        let (clock, mut ages) = begun();
        for minute in 0..20 {
            ages.sent(clock.round(60 * minute));
        }
        let missing = ages.missing(Store::Traces);
        assert_eq!(missing.len(), KEPT);
        assert_eq!(missing[0], clock.round(19 * 60));
        assert_eq!(missing[KEPT - 1], clock.round(14 * 60));
    }

    #[test]
    fn a_clock_that_goes_back_makes_no_age_below_nothing() {
        let (clock, mut ages) = begun();
        ages.sent(clock.round(60));
        ages.looked(Store::Logs, Ok(Some(clock.round(60))), clock.at(59));
        assert_eq!(age(&ages, Store::Logs, clock.at(59)).0, 0);
    }

    #[test]
    fn the_json_has_the_promised_fields() {
        let (clock, ages) = begun();
        let told = serde_json::to_value(ages.told(clock.at(12))).unwrap();
        let first = serde_json::json!({"store": "logs", "age_seconds": 12, "reason": ""});
        assert_eq!(told[0], first);
        let stores: Vec<_> = (0..4).map(|at| told[at]["store"].as_str()).collect();
        let names = ["logs", "traces", "metrics", "events"];
        assert_eq!(stores, names.map(Some));
    }
}
