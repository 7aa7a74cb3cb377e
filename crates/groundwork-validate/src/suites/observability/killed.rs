//! Each of the stack's servers ended while a pod writes numbered lines and spans: what is missing
//! afterwards, and what is there twice.

use std::time::{Duration, Instant};

use groundwork_contract::role;
use groundwork_signals::{
    Window,
    numbers::Tally,
    writers::{WriterPlan, Writers},
};
use jiff::Timestamp;

use super::{
    sample::sample,
    server::{BACK, Server, end, restarts},
    written::Written,
};
use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, group, judged},
    shared::{
        namespace::NAMESPACE,
        signals::{SERVICE, run_name},
        test_bed::TestBed,
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.3",
        name: "a restart of VictoriaLogs loses no line and repeats none",
        bound: "lines: 0 missing, 0 twice; spans: 0 missing",
        turn: Turn::Group(group::BROKER_AND_LOGS),
        run: |context| Box::pin(restarted(context)),
        ..Check::DISRUPTIVE
    },
    Check {
        requirement: "REQ-0.3",
        name: "kill -9 of Prometheus loses no sample",
        bound: "the last samples before each kill; lines and spans: 0 missing",
        turn: Turn::Group(group::STORES),
        run: |context| Box::pin(prometheus(context)),
        ..Check::DISRUPTIVE
    },
    Check {
        requirement: "REQ-0.3",
        name: "kill -9 of VictoriaLogs loses no line",
        bound: "lines and spans: 0 missing",
        turn: Turn::Group(group::STORES),
        run: |context| Box::pin(victorialogs(context)),
        ..Check::DISRUPTIVE
    },
    Check {
        requirement: "REQ-0.3",
        name: "kill -9 of Jaeger loses no span",
        bound: "lines and spans: 0 missing",
        turn: Turn::Group(group::STORES),
        run: |context| Box::pin(jaeger(context)),
        ..Check::DISRUPTIVE
    },
    Check {
        requirement: "REQ-0.3",
        name: "kill -9 of the collector loses no line and no span",
        bound: "lines and spans: 0 missing",
        run: |context| Box::pin(collector(context)),
        ..Check::DISRUPTIVE
    },
];

/// How often each is killed.
const KILLS: i32 = 3;
/// What kills it, and what asks it to end.
const KILL: &str = "SIGKILL";
const END: &str = "SIGTERM";

/// For the last lines and spans, once all are written.
const SETTLED: Duration = Duration::from_secs(90);
/// Lines and spans a second, and how many in all: two minutes, as long as all kills may take.
const RATE: u64 = 200;
const COUNT: u64 = 24_000;

async fn prometheus(context: &Context) -> Verdict {
    let books = killed(context, Server::Prometheus, KILL).await?;
    let mut kept = 0;
    for (moment, wanted) in &books.samples {
        kept += usize::from(sample(context, *moment).await? == *wanted);
    }
    let all = books.samples.len();
    judged(
        books.is_complete() && kept == all,
        format!(
            "{kept} of the last samples before {all} kills; {}",
            books.text()
        ),
    )
}

async fn victorialogs(context: &Context) -> Verdict {
    verdict(&killed(context, Server::VictoriaLogs, KILL).await?)
}

async fn jaeger(context: &Context) -> Verdict {
    verdict(&killed(context, Server::Jaeger, KILL).await?)
}

async fn collector(context: &Context) -> Verdict {
    verdict(&killed(context, Server::Collector, KILL).await?)
}

/// A restart in good order: lines on their way arrive, each once.
async fn restarted(context: &Context) -> Verdict {
    let books = killed(context, Server::VictoriaLogs, END).await?;
    judged(books.lines.is_whole() && books.is_complete(), books.text())
}

/// NB: what was on its way to a server when it was killed, and was not confirmed, is sent again: a
/// line may be there twice, which is told and no failure. A span never is, as Jaeger's store knows
/// it by its id.
fn verdict(books: &Books) -> Verdict {
    judged(books.is_complete(), books.text())
}

/// What came of it.
struct Books {
    restarts: i32,
    /// The last sample before each kill of the store of metrics, and when that was.
    samples: Vec<(Timestamp, f64)>,
    /// How long after each kill something younger than it was found, in seconds.
    back: Vec<f64>,
    lines: Tally,
    spans: Tally,
}

impl Books {
    fn is_complete(&self) -> bool {
        let missing = self.lines.missing.len() + self.spans.missing.len();
        missing == 0 && self.restarts >= KILLS
    }

    fn text(&self) -> String {
        let back: Vec<_> = self.back.iter().map(|it| format!("{it:.1}")).collect();
        format!(
            "{} restarts; lines: {}; spans: {} wanted, {} missing; back after {} s",
            self.restarts,
            self.lines,
            self.spans.wanted,
            self.spans.missing.len(),
            back.join(", ")
        )
    }
}

/// Ends `server` with `signal`, several times, while a pod writes.
async fn killed(context: &Context, server: Server, signal: &str) -> Result<Books, CheckFailure> {
    // For its namespace.
    TestBed::ready(context).await?;
    let plan = WriterPlan {
        service: SERVICE.into(),
        prefix: run_name(),
        count: COUNT,
        per_second: RATE,
        spans: true,
    };
    let image = context.image(role::SAMPLE)?;
    let cluster = context.cluster().await?;
    let from = Timestamp::now();
    let writers = Writers::start(&cluster, NAMESPACE, image, std::slice::from_ref(&plan)).await?;
    let books = killed_while(context, server, signal, (&writers, &plan, from)).await;
    writers.remove().await?;
    books
}

async fn killed_while(
    context: &Context,
    server: Server,
    signal: &str,
    (writers, plan, from): (&Writers, &WriterPlan, Timestamp),
) -> Result<Books, CheckFailure> {
    writers.begun().await?;
    let written = Written {
        context,
        run: plan.prefix.clone(),
        pod: writers.names()[0].clone(),
    };

    written.younger_than(server, from).await?;
    let before = restarts(context, server).await?;
    let (mut back, mut samples) = (vec![], vec![]);
    for _ in 0..KILLS {
        let (moment, started) = (Timestamp::now(), Instant::now());
        // The store of metrics may be away, when another one is ended at the same time.
        if server == Server::Prometheus {
            samples.push((moment, sample(context, moment).await?));
        }
        end(context, server, signal).await?;
        written.younger_than(server, moment).await?;
        back.push(started.elapsed().as_secs_f64());
    }
    // The kubelet tells of a restart a moment after it.
    let restarts = wait_for("the restarts", BACK, async || {
        match restarts(context, server).await? - before {
            enough @ KILLS.. => Ok(enough),
            few => Err(CheckFailure::from(format!("{few} of {KILLS}"))),
        }
    })
    .await?;

    writers.ended(BACK).await?;
    let window = Window {
        from,
        to: Timestamp::now(),
    };
    let whole = wait_for("all lines and spans", SETTLED, async || {
        let lines = written.tally_of_lines(plan, window).await?;
        let spans = written.tally_of_spans(plan, window).await?;
        match lines.missing.is_empty() && spans.missing.is_empty() {
            true => Ok((lines, spans)),
            false => Err(CheckFailure::from("some are missing")),
        }
    });
    let (lines, spans) = match whole.await {
        Ok(whole) => whole,
        // Lines that are missing now stay missing, and are counted.
        Err(_) => (
            written.tally_of_lines(plan, window).await?,
            written.tally_of_spans(plan, window).await?,
        ),
    };
    Ok(Books {
        restarts,
        samples,
        back,
        lines,
        spans,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(lines: &[u64], spans: &[u64], restarts: i32) -> Books {
        let tally = |found: &[u64]| Tally::of(found.iter().copied(), 0..3);
        Books {
            restarts,
            samples: vec![],
            back: vec![1.25, 2.0, 3.0],
            lines: tally(lines),
            spans: tally(spans),
        }
    }

    #[test]
    fn all_lines_and_spans_once_after_all_kills_pass() {
        let books = books(&[0, 1, 2], &[2, 1, 0], KILLS);
        assert_eq!(
            verdict(&books).unwrap(),
            "3 restarts; lines: 3 wanted, 0 missing, 0 twice; spans: 3 wanted, 0 missing; \
             back after 1.2, 2.0, 3.0 s"
        );
    }

    #[test]
    fn a_missing_line_a_missing_span_and_a_kill_that_was_none_fail() {
        assert!(verdict(&books(&[0, 2], &[0, 1, 2], KILLS)).is_err());
        assert!(verdict(&books(&[0, 1, 2], &[0, 1], KILLS)).is_err());
        assert!(verdict(&books(&[0, 1, 2], &[0, 1, 2, 2], KILLS)).is_ok());
        assert!(verdict(&books(&[0, 1, 2], &[0, 1, 2], KILLS - 1)).is_err());
    }
}
