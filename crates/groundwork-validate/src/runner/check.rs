//! What a check is.

use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::{context::Context, verdict::Verdict};

/// A check that can be run.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The requirement that it proves, `REQ-0.1`.
    pub requirement: &'static str,
    /// What it proves, as a sentence.
    pub name: &'static str,
    /// What must be measured for it to pass.
    pub bound: &'static str,
    /// Whether it stops or kills what runs.
    pub disruptive: bool,
    /// When it runs, and beside which others.
    pub turn: Turn,
    /// What a machine's speed has to do with it.
    pub speed: Speed,
    /// How long it may take.
    pub deadline: Duration,
    /// Carries it out, on the thread that runs the checks.
    pub run: Run,
}

/// When a check runs, and beside which others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// After the one before it in the lane of that name. Lanes run at the same time, so each has objects of its own.
    Lane(&'static str),
    /// Beside all lanes and all others of these: it has objects of its own and mostly waits, for a retention's minute, an
    /// alert's intervals or a scrape.
    Aside,
    /// When the lanes are through, after the one before it: it disturbs others, or is disturbed by them.
    Alone,
    /// As [`Turn::Alone`], but at the same time as the others of the group: each works on another part of the stack.
    Group(&'static str),
}

/// What a machine's speed has to do with a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// Nothing: it proves that something works.
    No,
    /// It proves that something works, and in time: [`Context::in_time`] judges the time.
    Also,
    /// All: it proves a time or a rate alone.
    Only,
}

/// What a check does, on the thread that runs the checks.
pub type Run = for<'a> fn(&'a Context) -> LocalBoxFuture<'a, Verdict>;

impl Check {
    /// What a check is unless it says otherwise: it disturbs nothing and takes three minutes at most, as one
    /// waits for a minute's retention.
    pub(crate) const GENTLE: Self = Self {
        requirement: "",
        name: "",
        bound: "",
        disruptive: false,
        turn: Turn::Lane("platform"),
        speed: Speed::No,
        deadline: Duration::from_secs(180),
        run: |_| Box::pin(async { Err("it says nothing of how it is carried out".into()) }),
    };

    /// The same of one that kills or stops what runs: ten minutes at most, as one kills twenty times.
    pub(crate) const DISRUPTIVE: Self = Self {
        disruptive: true,
        turn: Turn::Alone,
        deadline: Duration::from_secs(600),
        ..Self::GENTLE
    };

    /// The same of one that is about speed alone.
    pub(crate) const SPEED: Self = Self {
        speed: Speed::Only,
        turn: Turn::Alone,
        ..Self::GENTLE
    };

    /// What must be measured for it to pass, where speed is judged or is not.
    pub(crate) fn wanted(&self, judges_speed: bool) -> String {
        match (self.speed, judges_speed) {
            (Speed::Also, false) => format!("{} (no time is judged)", self.bound),
            _ => self.bound.into(),
        }
    }
}
