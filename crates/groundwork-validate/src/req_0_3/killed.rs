//! Each of the stack's servers killed while pods write numbered lines and spans: what is missing
//! afterwards, and what is there twice.

use groundwork_stack::role;
use std::time::{Duration, Instant};

use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
    numbers::{Tally, number},
    traces::Span,
    writers::{NUMBER, WriterPlan, Writers},
};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};

use super::{SERVICE, disruptive::sample, logs, metrics, run_name, traces};
use crate::{
    Context, Failure, Verdict,
    figures::judged,
    node,
    test_bed::{NAMESPACE, TestBed, container, plain},
    wait::until,
};

/// How often each is killed.
const KILLS: i32 = 3;
/// What kills it, and what asks it to end.
const KILL: &str = "SIGKILL";
const END: &str = "SIGTERM";
/// For one that was killed to be started again, and to have taken what came meanwhile.
const BACK: Duration = Duration::from_secs(30);
/// For the last lines and spans, once all are written.
const SETTLED: Duration = Duration::from_secs(90);
/// Lines and spans a second, and how many in all: two minutes, as long as all kills may take.
const RATE: u64 = 200;
const COUNT: u64 = 24_000;
/// How many must be found that are younger than a kill, so that each kill hits one that is at work.
const BETWEEN: usize = 400;
/// Traces are read in pieces of so many seconds.
const PIECE: SignedDuration = SignedDuration::from_secs(2);
/// Of those that are younger than a kill, more than enough.
const SOME: usize = 10 * BETWEEN;

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    Prometheus,
    VictoriaLogs,
    Jaeger,
    Collector,
}

impl Server {
    fn role(self) -> &'static str {
        match self {
            Self::Prometheus => role::METRICS,
            Self::VictoriaLogs => role::LOGS,
            Self::Jaeger => role::TRACES,
            Self::Collector => role::COLLECTOR,
        }
    }
}

pub(super) async fn prometheus(context: &Context) -> Verdict {
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

pub(super) async fn victorialogs(context: &Context) -> Verdict {
    verdict(&killed(context, Server::VictoriaLogs, KILL).await?)
}

pub(super) async fn jaeger(context: &Context) -> Verdict {
    verdict(&killed(context, Server::Jaeger, KILL).await?)
}

pub(super) async fn collector(context: &Context) -> Verdict {
    verdict(&killed(context, Server::Collector, KILL).await?)
}

/// A restart in good order: what was on its way is neither lost nor sent again.
pub(super) async fn restarted(context: &Context) -> Verdict {
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
    /// The last sample before each kill, and when that was.
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
async fn killed(context: &Context, server: Server, signal: &str) -> Result<Books, Failure> {
    // For its namespace.
    TestBed::ready(context).await?;
    let plan = WriterPlan {
        service: SERVICE.into(),
        prefix: run_name(),
        count: COUNT,
        per_second: RATE,
        spans: true,
    };
    let image = context
        .stack
        .of_role(role::SAMPLE)?
        .image()?
        .reference
        .clone();
    let cluster = context.cluster().await?;
    let from = Timestamp::now();
    let writers = Writers::start(&cluster, NAMESPACE, &image, std::slice::from_ref(&plan)).await?;
    let books = killed_while(context, server, signal, (&writers, &plan, from)).await;
    writers.remove().await?;
    books
}

async fn killed_while(
    context: &Context,
    server: Server,
    signal: &str,
    (writers, plan, from): (&Writers, &WriterPlan, Timestamp),
) -> Result<Books, Failure> {
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
        samples.push((moment, sample(context, moment).await?));
        end(context, server, signal).await?;
        written.younger_than(server, moment).await?;
        back.push(started.elapsed().as_secs_f64());
    }
    // The kubelet tells of a restart a moment after it.
    let restarts = until("the restarts", BACK, async || {
        match restarts(context, server).await? - before {
            enough @ KILLS.. => Ok(enough),
            few => Err(Failure::from(format!("{few} of {KILLS}"))),
        }
    })
    .await?;

    writers.ended(BACK).await?;
    let window = Window {
        from,
        to: Timestamp::now(),
    };
    let whole = until("all lines and spans", SETTLED, async || {
        let lines = written.tally_of_lines(plan, window).await?;
        let spans = written.tally_of_spans(plan, window).await?;
        match lines.missing.is_empty() && spans.missing.is_empty() {
            true => Ok((lines, spans)),
            false => Err(Failure::from("some are missing")),
        }
    });
    let (lines, spans) = match whole.await {
        Ok(whole) => whole,
        // What is missing now stays so: it is to be counted.
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

/// What the pod `pod` has written, as it is found.
struct Written<'a> {
    context: &'a Context,
    run: String,
    pod: String,
}

impl Written<'_> {
    /// Waits until `server` gives enough of what was written after `moment`.
    async fn younger_than(&self, server: Server, moment: Timestamp) -> Result<(), Failure> {
        until("what was written since", BACK, async || {
            let window = Window::since(moment);
            let found = match server {
                Server::VictoriaLogs => self.lines(window).await?,
                Server::Jaeger => self.spans(window).await?.len(),
                Server::Collector => {
                    let spans = self.spans(window).await?.len();
                    spans.min(self.lines(window).await?)
                }
                Server::Prometheus => match self.collected_since(moment).await? {
                    true => BETWEEN,
                    false => 0,
                },
            };
            match found {
                BETWEEN.. => Ok(()),
                few => Err(Failure::from(format!("{few} of {BETWEEN}"))),
            }
        })
        .await
    }

    /// How many lines are found.
    async fn lines(&self, window: Window) -> Result<usize, Failure> {
        let found = logs(self.context)?.count(&self.filter(window)).await?;
        Ok(usize::try_from(found)?)
    }

    /// The pod's spans, each as often as it is there.
    async fn spans(&self, window: Window) -> Result<Vec<Span>, Failure> {
        let traces = traces(self.context)?;
        let mut spans = traces.find(SERVICE, window, SOME).await?;
        spans.retain(|span| span.pod == self.pod);
        Ok(spans)
    }

    /// Whether Prometheus has collected something since.
    async fn collected_since(&self, moment: Timestamp) -> Result<bool, Failure> {
        let last = metrics(self.context)?;
        let last = last.value("max(timestamp(up))").await?;
        Ok(last.is_some_and(|last| last > moment.as_millisecond() as f64 / 1e3))
    }

    fn filter(&self, window: Window) -> String {
        format!("{} {window} {}", of_service(SERVICE), quoted(&self.run))
    }

    async fn tally_of_lines(&self, plan: &WriterPlan, window: Window) -> Result<Tally, Failure> {
        let query = format!("{} | fields _msg", self.filter(window));
        let lines = logs(self.context)?.search(&query).await?;
        let numbers = lines
            .iter()
            .filter_map(|line| number(line.message(), &self.run));
        Ok(Tally::of(numbers, plan.numbers()))
    }

    async fn tally_of_spans(&self, plan: &WriterPlan, window: Window) -> Result<Tally, Failure> {
        let mut numbers = vec![];
        let number = |span: Span| {
            let ours = span.pod == self.pod;
            ours.then(|| span.attributes.get(NUMBER)?.parse::<u64>().ok())?
        };
        let traces = traces(self.context)?;
        traces
            .each(SERVICE, window, PIECE, |span| numbers.extend(number(span)))
            .await?;
        Ok(Tally::of(numbers, plan.numbers()))
    }
}

/// Ends the server's process with `signal`, once there is one.
async fn end(context: &Context, server: Server, signal: &str) -> Result<(), Failure> {
    until("its process", BACK, async || {
        let (id, _) = container(
            &pod(context, server).await?,
            context.workload(server.role())?.0,
        )?;
        node::signal_container(context, &id, signal).await
    })
    .await
}

/// How often the server's container was started again.
async fn restarts(context: &Context, server: Server) -> Result<i32, Failure> {
    Ok(container(
        &pod(context, server).await?,
        context.workload(server.role())?.0,
    )?
    .1)
}

async fn pod(context: &Context, server: Server) -> Result<Pod, Failure> {
    let (name, namespace) = context.workload(server.role())?;
    let client = context.cluster().await?.client().clone();
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    let params = ListParams::default().labels(&format!("app.kubernetes.io/name={name}"));
    let pods = pods.list(&params).await.map_err(plain)?;
    let pod = pods.items.into_iter().next();
    pod.ok_or_else(|| format!("{name} has no pod").into())
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
