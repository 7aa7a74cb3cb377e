//! The requirements as checks of a running cluster.
//!
//! A requirement is a module (`req_0_1`, …) that lists its [`Probe`]s; adding one is adding a
//! module and its line in [`probes`]. Owned here: what is measured and against which bound, running
//! the checks so that none stops the others, and the result as JSON or JUnit XML and
//! in the cluster, where the console shows it. Not owned: how
//! anything is started or shown to a person.

mod busy;
mod context;
mod figures;
mod junit;
mod last;
mod node;
mod req_0_1;
mod req_0_2;
mod req_0_3;
mod req_0_4;
mod req_0_6;
mod run;
mod test_bed;
mod wait;

use std::time::Duration;

use futures::future::LocalBoxFuture;

pub use context::Context;
pub use groundwork_stack::{Check, Outcome};
pub use junit::junit;
pub use last::keep;
pub use run::run;

/// Why a check did not pass, or could not be carried out.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What was measured; in the `Err` case what was measured instead of what was wanted, or why
/// nothing was.
pub type Verdict = Result<String, Failure>;

/// A check that can be run.
pub struct Probe {
    /// The requirement that it proves, `REQ-0.1`.
    pub requirement: &'static str,
    /// What it proves, as a sentence.
    pub name: &'static str,
    /// What must be measured for it to pass.
    pub bound: &'static str,
    /// Whether it stops or kills what runs.
    pub disruptive: bool,
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
    /// All: it proves a time or a rate and nothing else.
    Only,
}

impl Probe {
    /// The same, which may take as long as `deadline`.
    fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The same, which asks [`Context::in_time`] about a time.
    fn also_speed(self) -> Self {
        let speed = Speed::Also;
        Self { speed, ..self }
    }

    /// The same, about speed and nothing else.
    fn only_speed(self) -> Self {
        let speed = Speed::Only;
        Self { speed, ..self }
    }

    /// What must be measured for it to pass, where speed is judged or is not.
    fn wanted(&self, judges_speed: bool) -> String {
        match (self.speed, judges_speed) {
            (Speed::Also, false) => format!("{} (no time is judged)", self.bound),
            _ => self.bound.into(),
        }
    }
}

/// What a check does, on the thread that runs the checks.
pub type Run = for<'a> fn(&'a Context) -> LocalBoxFuture<'a, Verdict>;

/// A requirement by its name, `REQ-0.1`, as the maker of its checks.
struct Requirement(&'static str);

impl Requirement {
    /// A check that disturbs nothing, of three minutes at most: one waits for a minute's retention.
    const fn gentle(&self, name: &'static str, bound: &'static str, run: Run) -> Probe {
        Probe {
            requirement: self.0,
            name,
            bound,
            disruptive: false,
            speed: Speed::No,
            deadline: Duration::from_secs(180),
            run,
        }
    }

    /// A check that kills or stops what runs, of ten minutes at most: one kills twenty times.
    const fn disruptive(&self, name: &'static str, bound: &'static str, run: Run) -> Probe {
        Probe {
            disruptive: true,
            deadline: Duration::from_secs(600),
            ..self.gentle(name, bound, run)
        }
    }
}

/// What happens during a run.
pub enum Event<'a> {
    /// A check is about speed alone, which is not judged.
    LeftOut(&'a Probe),
    /// A check begins.
    Started(&'a Probe),
    /// A check has ended.
    Ended(&'a Check),
}

/// Every check: those that disturb nothing first, each requirement's in its own order.
#[must_use]
pub fn probes() -> Vec<Probe> {
    let all = [
        req_0_1::probes(),
        req_0_2::probes(),
        req_0_3::probes(),
        req_0_4::probes(),
        req_0_6::probes(),
    ];
    let mut all: Vec<_> = all.into_iter().flatten().collect();
    all.sort_by_key(|probe| probe.disruptive);
    all
}

/// The requirements that have checks, in order.
#[must_use]
pub fn requirements() -> Vec<&'static str> {
    let mut names: Vec<_> = probes().iter().map(|probe| probe.requirement).collect();
    names.sort_unstable();
    names.dedup();
    names
}
