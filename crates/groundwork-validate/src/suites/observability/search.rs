//! Search in as many lines as the requirement means.

use std::time::{Duration, Instant};

use groundwork_signals::{corpus::Corpus, logs::Logs};

use super::times::QUERY;
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, quick},
    shared::{
        signals::{SERVICE, logs, run_name},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "a search in a million lines is quick",
    bound: "< 1 s each, with the right answer",
    run: |context| Box::pin(million(context)),
    ..Check::SPEED
}];

const LINES: u64 = 1_000_000;
/// How often each question is asked.
const TIMES: usize = 5;
/// For the last lines to be found.
const THERE: Duration = Duration::from_secs(30);

async fn million(context: &Context) -> Verdict {
    let logs = logs(context)?;
    let corpus = Corpus::new(SERVICE, &run_name(), LINES);
    let started = Instant::now();
    corpus.write(&logs).await?;
    let written = started.elapsed();
    wait_for("the lines", THERE, async || {
        match logs.count(&corpus.filter()).await? {
            LINES => Ok(()),
            few => Err(CheckFailure::from(format!("{few} of {LINES} are there"))),
        }
    })
    .await?;
    // NB: the lines stay until retention takes them, a day later: the server deletes nothing on demand.
    let (slowest, which) = ask(&logs, &corpus).await?;
    quick(
        slowest < QUERY,
        format!(
            "{} at most ({which}); {LINES} lines written in {}",
            duration(slowest),
            duration(written)
        ),
    )
}

/// The slowest answer, and to which question.
async fn ask(logs: &Logs, corpus: &Corpus) -> Result<(Duration, &'static str), CheckFailure> {
    let mut slowest = (Duration::ZERO, "none");
    for question in corpus.questions() {
        for _ in 0..TIMES {
            let started = Instant::now();
            let found = logs.search(&question.query).await?.len();
            slowest = slowest.max((started.elapsed(), question.name));
            if found != question.answers {
                let (name, wanted) = (question.name, question.answers);
                return Err(format!("{name}: {found} lines instead of {wanted}").into());
            }
        }
    }
    Ok(slowest)
}
