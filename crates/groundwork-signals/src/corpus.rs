//! A known number of log lines to search in, and what is searched for.
//!
//! Their times are thirteen days ago, where they are alone. A server that cannot remove lines on
//! demand drops them by its retention of fourteen days, within two days.

use std::{fmt::Write as _, ops::Range};

use jiff::{SignedDuration, Timestamp};

use crate::{
    error::Error,
    logs::{Logs, quoted},
    window::Window,
};

/// How long ago the first line says that it was written.
const AGE: SignedDuration = SignedDuration::from_hours(13 * 24);
/// Between two lines.
const STEP: SignedDuration = SignedDuration::from_millis(1);
/// Lines of a request: some megabytes.
const BATCH: u64 = 20_000;
/// One of so many lines is an error.
const ERRORS: u64 = 1000;
/// How many errors are shown.
const SHOWN: u64 = 100;
const SYMBOLS: [&str; 8] = [
    "ACME", "BOLT", "CRUX", "DUNE", "ECHO", "FLUX", "GALE", "HALO",
];

/// Lines of one service, written at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    service: String,
    run: String,
    from: Timestamp,
    lines: u64,
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What a person would ask for.
    pub name: &'static str,
    /// The same in LogsQL.
    pub query: String,
    /// How many lines are the answer.
    pub answers: usize,
}

impl Corpus {
    /// `lines` lines of `service`; `run` tells them from those of another run.
    #[must_use]
    pub fn new(service: &str, run: &str, lines: u64) -> Self {
        Self {
            service: service.into(),
            run: run.into(),
            from: Timestamp::now() - AGE,
            lines,
        }
    }

    /// How many lines it has.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// When its lines say that they were written.
    #[must_use]
    pub fn window(&self) -> Window {
        Window {
            from: self.from,
            to: self.time(self.lines),
        }
    }

    /// The filter that finds all of its lines and no others.
    #[must_use]
    pub fn filter(&self) -> String {
        format!(
            "{{\"service.name\"={},run={}}} {}",
            quoted(&self.service),
            quoted(&self.run),
            self.window()
        )
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// [`Error`] when the server does not take it.
    pub async fn write(&self, logs: &Logs) -> Result<(), Error> {
        for first in (0..self.lines).step_by(BATCH as usize) {
            let numbers = first..self.lines.min(first + BATCH);
            logs.write(self.batch(numbers), "service.name,run").await?;
        }
        Ok(())
    }

    /// The fixed questions: a message, a trace, a level, and a count over all lines.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        let filter = self.filter();
        // Not the newest, not the oldest.
        let middle = self.lines / 2 + 1;
        let question = |name, rest: String, answers| Question {
            name,
            query: format!("{filter} {rest}"),
            answers,
        };
        vec![
            question("a message", format!("\"order {middle} of\""), 1),
            question(
                "a trace",
                format!("trace_id:={}", quoted(&trace(middle))),
                1,
            ),
            question(
                "errors",
                format!("severity_text:=error | limit {SHOWN}"),
                (self.lines / ERRORS).min(SHOWN) as usize,
            ),
            question(
                "a count of each symbol",
                "| stats by (symbol) count() as rows".into(),
                SYMBOLS.len(),
            ),
        ]
    }

    fn time(&self, number: u64) -> Timestamp {
        self.from + STEP * i32::try_from(number).unwrap_or(i32::MAX)
    }

    fn batch(&self, numbers: Range<u64>) -> String {
        let mut text = String::new();
        for number in numbers {
            let symbol = SYMBOLS[number as usize % SYMBOLS.len()];
            let level = if number % ERRORS == 0 {
                "error"
            } else {
                "info"
            };
            // A string takes everything.
            let _ = writeln!(
                text,
                r#"{{"_time":"{}","service.name":"{}","run":"{}","_msg":"order {number} of {} shares of {symbol} taken in {} ms","severity_text":"{level}","symbol":"{symbol}","trace_id":"{}"}}"#,
                self.time(number),
                self.service,
                self.run,
                number % 997,
                number % 89,
                trace(number),
            );
        }
        text
    }
}

/// A trace id as random as a real one, so that it is stored and found as one.
fn trace(number: u64) -> String {
    // The finaliser of splitmix64.
    let mixed = |seed: u64| {
        let a = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ (b >> 31)
    };
    let high = mixed(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    format!("{high:016x}{:016x}", mixed(high ^ number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn corpus() -> Corpus {
        Corpus::new("groundwork-check", "run-1", 10_000)
    }

    #[test]
    fn every_line_is_json_and_within_the_window() {
        let corpus = corpus();
        let text = corpus.batch(0..10_000);
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 10_000);
        for line in &lines {
            let time = line["_time"].as_str().unwrap().parse().unwrap();
            assert!(corpus.window().contains(time), "{line}");
        }
        assert_eq!(
            lines[7]["_msg"],
            "order 7 of 7 shares of HALO taken in 7 ms"
        );
    }

    #[test]
    fn the_questions_have_the_answers_that_were_written() {
        let corpus = corpus();
        let text = corpus.batch(0..10_000);
        let [message, of_trace, errors, symbols] = &corpus.questions()[..] else {
            panic!("other questions");
        };
        assert_eq!(text.matches("\"order 5001 of ").count(), message.answers);
        let id = of_trace
            .query
            .rsplit(":=")
            .next()
            .unwrap()
            .trim_matches('"');
        assert_eq!(text.matches(id).count(), of_trace.answers);
        assert_eq!(text.matches("\"error\"").count(), errors.answers);
        assert_eq!(symbols.answers, 8);
    }

    #[test]
    fn traces_differ() {
        let mut ids: Vec<_> = (0..1000).map(trace).collect();
        assert!(ids.iter().all(|id| id.len() == 32));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }
}
