//! Progress as plain lines, for logs and pipes: a line when something changes, and one when
//! nothing does for too long.

use std::{collections::BTreeMap, time::Duration};

use groundwork_contract::{Phase, Progress};

use super::screen::{Screen, seconds};

/// The longest silence; under the 2 s that are promised by more than one tick.
const SILENCE: Duration = Duration::from_millis(1800);
/// A component whose detail changes all the time (a counter) is shown this often.
const DETAIL: Duration = Duration::from_secs(1);
/// How many of those still waited for are named in one line.
const NAMED: usize = 3;

/// Plain lines, given to `say`.
pub struct Plain<F> {
    say: F,
    last: Duration,
    components: BTreeMap<String, Line>,
}

struct Line {
    phase: Phase,
    detail: String,
    since: Duration,
    said: Duration,
}

impl<F: FnMut(String)> Plain<F> {
    /// Says nothing yet.
    pub fn new(say: F) -> Self {
        Self {
            say,
            last: Duration::ZERO,
            components: BTreeMap::new(),
        }
    }

    fn say(&mut self, text: String, now: Duration) {
        self.last = now;
        (self.say)(text);
    }

    fn still_waiting(&self, now: Duration) -> String {
        let mut pending: Vec<_> = self
            .components
            .iter()
            .filter(|(_, line)| matches!(line.phase, Phase::Starting | Phase::Waiting))
            .collect();
        pending.sort_by_key(|(_, line)| line.since);
        let names: Vec<_> = pending
            .iter()
            .take(NAMED)
            .map(|(name, line)| format!("{name} ({} s)", (now - line.since).as_secs()))
            .collect();
        match pending.as_slice() {
            [] => format!("… still at work ({} s)", now.as_secs()),
            [(_, line)] if !line.detail.is_empty() => {
                format!("… still waiting for {}: {}", names.join(", "), line.detail)
            }
            all if all.len() > NAMED => format!(
                "… still waiting for {} and {} more",
                names.join(", "),
                all.len() - NAMED
            ),
            _ => format!("… still waiting for {}", names.join(", ")),
        }
    }
}

impl<F: FnMut(String)> Screen for Plain<F> {
    fn show(&mut self, progress: Progress, now: Duration) {
        let Progress {
            component,
            phase,
            detail,
        } = progress;
        let line = self.components.get(&component);
        let since = line.map_or(now, |line| line.since);
        let worth_a_line = line.is_none_or(|line| {
            line.phase != phase || (line.detail != detail && now >= line.said + DETAIL)
        });
        if worth_a_line {
            let after = seconds(now - since);
            let text = match (phase, detail.as_str()) {
                (Phase::Ready, "") => format!("{component}: ready ({after})"),
                (Phase::Ready, detail) => format!("{component}: ready ({after}): {detail}"),
                (Phase::Failed, detail) => format!("{component}: failed ({after}): {detail}"),
                (Phase::Starting, "") => format!("{component}: starting"),
                (Phase::Waiting, "") => format!("{component}: waiting"),
                (_, detail) => format!("{component}: {detail}"),
            };
            self.say(text, now);
        }
        let said = match self.components.get(&component) {
            Some(line) if !worth_a_line => line.said,
            _ => now,
        };
        self.components.insert(
            component,
            Line {
                phase,
                detail,
                since,
                said,
            },
        );
    }

    fn tick(&mut self, now: Duration) {
        if now >= self.last + SILENCE {
            let text = self.still_waiting(now);
            self.say(text, now);
        }
    }

    fn end(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when the steps `(seconds, component, phase, detail)` are reported.
    fn said(steps: &[(f64, &str, Phase, &str)], ticks: &[f64]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut plain = Plain::new(|line| lines.push(line));
        for (at, component, phase, detail) in steps {
            let progress = Progress::new(*component, *phase, *detail);
            plain.show(progress, Duration::from_secs_f64(*at));
        }
        for at in ticks {
            plain.tick(Duration::from_secs_f64(*at));
        }
        lines
    }

    #[test]
    fn a_change_is_a_line_and_a_repetition_is_not() {
        let lines = said(
            &[
                (0.0, "etcd", Phase::Starting, ""),
                (0.1, "etcd", Phase::Waiting, "its socket"),
                (0.3, "etcd", Phase::Waiting, "its socket"),
                (1.2, "etcd", Phase::Ready, ""),
                (1.3, "etcd", Phase::Ready, ""),
            ],
            &[],
        );
        assert_eq!(
            lines,
            ["etcd: starting", "etcd: its socket", "etcd: ready (1.2 s)"]
        );
    }

    #[test]
    fn a_counter_gets_a_line_a_second_and_no_more() {
        let lines = said(
            &[
                (0.0, "images", Phase::Waiting, "0 of 3"),
                (0.5, "images", Phase::Waiting, "1 of 3"),
                (1.1, "images", Phase::Waiting, "2 of 3"),
            ],
            &[],
        );
        assert_eq!(lines, ["images: 0 of 3", "images: 2 of 3"]);
    }

    #[test]
    fn silence_is_broken_before_two_seconds_are_over() {
        let steps = [(0.0, "kubelet", Phase::Waiting, "the node's lease")];
        let lines = said(&steps, &[1.0, 1.9, 2.5, 3.8]);
        assert_eq!(
            lines[1..],
            [
                "… still waiting for kubelet (1 s): the node's lease",
                "… still waiting for kubelet (3 s): the node's lease"
            ]
        );
    }

    #[test]
    fn the_longest_waits_are_named_and_the_rest_counted() {
        let steps: Vec<_> = ["d", "c", "b", "a", "ready"]
            .iter()
            .zip(0..)
            .map(|(name, at)| {
                let phase = if *name == "ready" {
                    Phase::Ready
                } else {
                    Phase::Starting
                };
                (f64::from(at), *name, phase, "")
            })
            .collect();
        assert_eq!(
            said(&steps, &[10.0]).last().unwrap(),
            "… still waiting for d (10 s), c (9 s), b (8 s) and 1 more"
        );
    }

    #[test]
    fn a_failure_says_why() {
        let lines = said(&[(2.0, "etcd", Phase::Failed, "exit status 1")], &[]);
        assert_eq!(lines, ["etcd: failed (0.0 s): exit status 1"]);
    }
}
