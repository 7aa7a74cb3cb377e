//! How soon fixed queries are answered: over a million and ten million lines, and over a day of
//! metrics.

use std::time::{Duration, Instant};

use groundwork_contract::role;
use groundwork_process::wait::{Not, Wait};
use groundwork_signals::{
    Window,
    corpus::Corpus,
    logs::Logs,
    metrics::{Metrics, QUESTIONS, STEP},
};
use hdrhistogram::Histogram;
use jiff::{SignedDuration, Timestamp};

use super::running::{NAME, Running};
use crate::bench::figure::Figure;

/// How often each query is made.
const TIMES: usize = 25;
/// For the last of the lines to be found.
const THERE: Duration = Duration::from_secs(60);
/// Significant digits of a time.
const DIGITS: u8 = 3;
const PAUSE: Duration = Duration::from_millis(200);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Lines, and the names of the figures: half and 95 of 100 queries, and the rate of writing.
const SIZES: [(u64, [&str; 3]); 2] = [
    (
        1_000_000,
        ["log_query_p50_1m", "log_query_p95_1m", "log_write_rate_1m"],
    ),
    (
        10_000_000,
        [
            "log_query_p50_10m",
            "log_query_p95_10m",
            "log_write_rate_10m",
        ],
    ),
];

pub(super) async fn of_logs(running: &Running) -> anyhow::Result<Vec<Figure>> {
    let logs = Logs::new(running.endpoint(role::LOGS)?)?;
    let mut figures = vec![];
    for (lines, [p50, p95, rate]) in SIZES {
        let run = format!("bench{}", Timestamp::now().as_microsecond());
        let corpus = Corpus::new(NAME, &run, lines);
        let started = Instant::now();
        // They stay until retention takes them, a day later: the server deletes nothing on demand.
        corpus.write(&logs).await?;
        let written = started.elapsed();
        there(&logs, &corpus).await?;
        let times = ask(&logs, &corpus).await?;
        figures.push(Figure::new(p50, milliseconds(&times, 0.50), "ms"));
        figures.push(Figure::new(p95, milliseconds(&times, 0.95), "ms"));
        let per_second = lines as f64 / written.as_secs_f64();
        figures.push(Figure::new(rate, per_second, "lines/s"));
    }
    Ok(figures)
}

/// Waits until all lines are found.
async fn there(logs: &Logs, corpus: &Corpus) -> anyhow::Result<()> {
    let all = async || {
        let found = logs
            .count(&corpus.filter())
            .await
            .map_err(anyhow::Error::from)?;
        match found == corpus.lines() {
            true => Ok(()),
            false => Err(Not::Yet(format!("{found} of {} are found", corpus.lines()))),
        }
    };
    let wait = Wait::new("the lines", THERE).exactly().every(PAUSE);
    wait.until(all).done().await
}

/// How long the answers took, in microseconds.
async fn ask(logs: &Logs, corpus: &Corpus) -> anyhow::Result<Histogram<u64>> {
    let mut times = Histogram::new(DIGITS)?;
    for _ in 0..TIMES {
        for question in corpus.questions() {
            let started = Instant::now();
            let found = logs.search(&question.query).await?.len();
            times.record(microseconds(started))?;
            anyhow::ensure!(
                found == question.answers,
                "{}: {found} lines instead of {}",
                question.name,
                question.answers
            );
        }
    }
    Ok(times)
}

pub(super) async fn of_metrics(running: &Running) -> anyhow::Result<Vec<Figure>> {
    let metrics = Metrics::new(running.endpoint(role::METRICS)?)?;
    let now = Timestamp::now();
    let window = Window {
        from: now - DAY,
        to: now,
    };
    let mut times = Histogram::<u64>::new(DIGITS)?;
    let mut first = now.as_second() as f64;
    for _ in 0..TIMES {
        for question in QUESTIONS {
            let started = Instant::now();
            let found = metrics.range(question, window, STEP).await?;
            times.record(microseconds(started))?;
            anyhow::ensure!(!found.is_empty(), "Prometheus has no answer to {question}");
            let samples = found.iter().flat_map(|series| &series.samples);
            first = samples.fold(first, |first, (at, _)| first.min(*at));
        }
    }
    let hours = (now.as_second() as f64 - first) / 3600.0;
    Ok(vec![
        Figure::new("metric_query_p50_24h", milliseconds(&times, 0.50), "ms"),
        Figure::new("metric_query_p95_24h", milliseconds(&times, 0.95), "ms"),
        // As much of the day as there was.
        Figure::new("metric_query_history", hours, "h"),
    ])
}

fn microseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The time within which `quantile` of the answers came, which took `times` in microseconds.
fn milliseconds(times: &Histogram<u64>, quantile: f64) -> f64 {
    times.value_at_quantile(quantile) as f64 / 1e3
}
