//! The requirements as checks of a running cluster.
//!
//! A requirement is a module (`req_0_1`, …) that lists its [`Probe`]s; adding one is adding a
//! module and its line in [`probes`]. Owned here: what is measured and against which bound, running
//! the checks so that none stops the others, and the result as JSON or JUnit XML and
//! in the cluster, where the console shows it. Not owned: how
//! anything is started or shown to a person.

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
pub mod signals;
mod test_bed;
mod wait;

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{FutureExt, future::LocalBoxFuture};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use wait::{Late, Longer, within_longer};

pub use context::Context;
pub use junit::junit;
pub use last::keep;

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

/// A check that was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The requirement that it proves, `REQ-0.1`.
    pub requirement: String,
    /// What it proves, as a sentence.
    pub name: String,
    /// Whether it does.
    pub passed: bool,
    /// What was measured, or why nothing could be.
    pub measured: String,
    /// What must be measured for it to pass.
    pub bound: String,
    /// How long it took, in seconds; in the JUnit report only.
    #[serde(skip)]
    pub seconds: f64,
}

/// All checks of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// In the order in which they were run.
    pub checks: Vec<Check>,
    /// How many passed.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
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

/// Runs the checks of the requirements in `only` (of all when it is empty), the disruptive ones
/// only when asked to and those about speed alone only when `context` judges it, and tells
/// `observe` about each. What the checks put into the cluster is
/// removed afterwards, whatever their result.
pub async fn run(
    context: &Context,
    only: &[String],
    disruptive: bool,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let chosen = probes().into_iter().filter(|probe| {
        let named = |name: &String| name.eq_ignore_ascii_case(probe.requirement);
        (only.is_empty() || only.iter().any(named)) && (disruptive || !probe.disruptive)
    });
    let longer = groundwork_exec::wait::longer;
    let outcome = run_each(context, chosen, longer, observe).await;
    // Without a cluster there is nothing to remove, and the checks have said so.
    let _ = test_bed::remove(context).await;
    let _ = req_0_2::remove(context).await;
    let _ = req_0_6::remove(context).await;
    outcome
}

async fn run_each(
    context: &Context,
    probes: impl Iterator<Item = Probe>,
    longer: Longer,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let mut checks = vec![];
    for probe in probes {
        if probe.speed == Speed::Only && !context.judges_speed {
            observe(Event::LeftOut(&probe));
            continue;
        }
        observe(Event::Started(&probe));
        let started = Instant::now();
        let attempt = AssertUnwindSafe((probe.run)(context)).catch_unwind();
        let verdict = match within_longer(probe.deadline, longer, attempt).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(panic)) => Err(format!("the check itself broke: {}", words(&*panic)).into()),
            Err(Late(waited)) => Err(format!("no result after {} s", waited.as_secs()).into()),
        };
        let check = Check {
            requirement: probe.requirement.into(),
            name: probe.name.into(),
            passed: verdict.is_ok(),
            measured: verdict.unwrap_or_else(|failure| groundwork_error::chain(&*failure)),
            bound: probe.wanted(context.judges_speed),
            seconds: started.elapsed().as_secs_f64(),
        };
        observe(Event::Ended(&check));
        checks.push(check);
    }
    let passed = checks.iter().filter(|check| check.passed).count();
    Outcome {
        passed,
        failed: checks.len() - passed,
        checks,
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let literal = panic.downcast_ref::<&str>().copied();
    text.or(literal).unwrap_or("no words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn probe(
        name: &'static str,
        run: for<'a> fn(&'a Context) -> LocalBoxFuture<'a, Verdict>,
    ) -> Probe {
        Probe {
            requirement: "REQ-9.9",
            name,
            bound: "any",
            disruptive: false,
            speed: Speed::No,
            deadline: Duration::from_secs(1),
            run,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_fails_breaks_or_hangs_does_not_stop_the_others() {
        let probes = [
            probe("fails", |_| Box::pin(async { Err("7 of 8".into()) })),
            probe("breaks", |_| {
                Box::pin(async { panic!("index out of range") })
            }),
            probe("hangs", |_| Box::pin(std::future::pending())),
            probe("passes", |_| Box::pin(async { Ok("8 of 8".into()) })),
        ];
        let seen = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::Ended(check) = event {
                seen.lock()
                    .unwrap()
                    .push((check.passed, check.measured.clone()));
            }
        };
        let outcome = run_each(
            &Context::nowhere(),
            probes.into_iter(),
            |same| same,
            &observe,
        )
        .await;
        assert_eq!((outcome.passed, outcome.failed), (1, 3));
        let seen = seen.into_inner().unwrap();
        let seen: Vec<_> = seen
            .iter()
            .map(|(passed, words)| (*passed, &**words))
            .collect();
        assert_eq!(
            seen,
            [
                (false, "7 of 8"),
                (false, "the check itself broke: index out of range"),
                (false, "no result after 1 s"),
                (true, "8 of 8"),
            ]
        );
    }

    #[tokio::test]
    async fn where_speed_is_not_judged_only_its_own_checks_are_left_out_and_named() {
        let context = Context {
            judges_speed: false,
            ..Context::nowhere()
        };
        let works = |_: &Context| -> LocalBoxFuture<'_, Verdict> {
            Box::pin(async { Ok("in 9 s".to_owned()) })
        };
        let probes = [
            probe("is quick", |_| Box::pin(async { Err("9 s".into()) })).only_speed(),
            probe("works, and quickly", works).also_speed(),
            probe("works", works),
        ];
        let left = Mutex::new(vec![]);
        let observe = |event: Event<'_>| {
            if let Event::LeftOut(probe) = event {
                left.lock().unwrap().push(probe.name);
            }
        };
        let outcome = run_each(&context, probes.into_iter(), |same| same, &observe).await;
        assert_eq!((outcome.passed, outcome.failed), (2, 0));
        assert_eq!(left.into_inner().unwrap(), ["is quick"]);
        let bounds: Vec<_> = outcome.checks.iter().map(|check| &*check.bound).collect();
        assert_eq!(bounds, ["any (no time is judged)", "any"]);
    }

    #[test]
    fn every_check_whose_bound_is_a_time_says_so() {
        let is_time = |bound: &str| {
            let words: Vec<_> = bound.split([' ', ',', ';']).collect();
            words
                .windows(2)
                .any(|pair| pair[0].parse::<u32>().is_ok() && ["ms", "s", "min"].contains(&pair[1]))
        };
        // A setting that is read.
        let setting = "604800000 ms";
        for probe in probes() {
            if probe.bound != setting {
                let speed = probe.speed != Speed::No;
                assert_eq!(is_time(probe.bound), speed, "{}", probe.name);
            }
        }
    }

    #[test]
    fn what_disturbs_comes_last() {
        let order: Vec<_> = probes().iter().map(|probe| probe.disruptive).collect();
        assert!(order.is_sorted());
        assert!(order.contains(&true));
    }

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names: Vec<_> = probes().iter().map(|probe| probe.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn the_json_has_the_fields_of_the_contract_and_no_others() {
        let check = Check {
            requirement: "REQ-0.1".into(),
            name: "n".into(),
            passed: true,
            measured: "m".into(),
            bound: "b".into(),
            seconds: 1.0,
        };
        assert_eq!(
            serde_json::to_value(&check).unwrap(),
            serde_json::json!({"requirement": "REQ-0.1", "name": "n", "passed": true,
                               "measured": "m", "bound": "b"})
        );
    }
}
