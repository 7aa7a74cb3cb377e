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
    /// Checks of one group run at the same time, as each works on another part and then mostly waits; one without
    /// runs alone.
    pub group: Option<&'static str>,
    /// What a machine's speed has to do with it.
    pub speed: Speed,
    /// How long it may take.
    pub deadline: Duration,
    /// Carries it out, on the thread that runs the checks.
    pub run: Run,
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
        group: None,
        speed: Speed::No,
        deadline: Duration::from_secs(180),
        run: |_| Box::pin(async { Err("it says nothing of how it is carried out".into()) }),
    };

    /// The same of one that kills or stops what runs: ten minutes at most, as one kills twenty times.
    pub(crate) const DISRUPTIVE: Self = Self {
        disruptive: true,
        deadline: Duration::from_secs(600),
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
