//! The requirements as checks of a running cluster.
//!
//! `suites` has a folder for each subject, and a file for each check or small family of checks. `shared` is what
//! checks of several subjects need; `runner` is what a check is and how it is run, counted, printed and recorded.
//!
//! Owned here: what is measured and against which bound, and running the checks so that none stops the others. So
//! is the result, as JSON or JUnit XML and in the cluster, where the console shows it. Not owned: how anything is
//! started.
//!
//! ```
//! use groundwork_contract::{CheckResult, Outcome};
//!
//! let outcome = Outcome::of(vec![CheckResult {
//!     requirement: "REQ-0.1".into(),
//!     name: "the shop answers".into(),
//!     passed: true,
//!     measured: "status 200".into(),
//!     bound: "status 200".into(),
//!     seconds: 0.1,
//! }]);
//! let report = groundwork_validate::junit(&outcome)?;
//! assert!(report.contains(r#"<testsuite name="REQ-0.1" tests="1""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod runner;
mod shared;
mod suites;

use groundwork_contract::Outcome;

pub use runner::{
    Check, CheckFailure, Context, Event, Run, Speed, Turn, Verdict, junit, keep, line, summary,
};

/// The requirements that have checks, in order.
#[must_use]
pub fn requirements() -> Vec<&'static str> {
    let mut names: Vec<_> = suites::checks().iter().map(|it| it.requirement).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Runs the checks of the requirements in `only` (of all when it is empty), and tells `observe`
/// about each. The disruptive ones run only when asked to, those about speed alone only when
/// `context` judges it. What the checks put into the cluster is removed afterwards, whatever their
/// result.
pub async fn run(
    context: &Context,
    only: &[String],
    disruptive: bool,
    observe: &dyn Fn(Event<'_>),
) -> Outcome {
    let chosen = suites::checks().into_iter().filter(|check| {
        let named = |name: &String| name.eq_ignore_ascii_case(check.requirement);
        (only.is_empty() || only.iter().any(named)) && (disruptive || !check.disruptive)
    });
    let (disruptive, gentle): (Vec<_>, Vec<_>) = chosen.partition(|check| check.disruptive);
    let mut results = vec![];
    for checks in [gentle, disruptive] {
        if checks.is_empty() {
            continue;
        }
        // What a run that was cut off has left would be taken for this one's, and the gentle ones' for the stack's own.
        suites::tidy(context).await;
        let outcome = runner::run(context, checks.into_iter(), observe).await;
        results.extend(outcome.checks);
    }
    suites::tidy(context).await;
    Outcome::of(results)
}
