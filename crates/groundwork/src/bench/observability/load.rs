//! Lines and spans at a fixed pace for a minute: how many were offered, taken, and lost.

use std::time::Duration;

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_contract::role;
use groundwork_process::wait::Wait;
use groundwork_signals::{
    Window,
    logs::{Logs, of_service, quoted},
    numbers::Tally,
    traces::Traces,
    writers::{NUMBER, WriterPlan, Writers},
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    running::{MINUTE, NAME, Running},
    usage::{Meter, Usage},
};
use crate::bench::figure::Figure;

/// Lines of each pod in a second, and how many pods; two cores have no use for more.
const LINES: (u64, usize) = (5000, 4);
/// The same of spans, each with its line.
const SPANS: (u64, usize) = (2500, 2);
/// For pods to end that had to wait for the collector.
const GRACE: Duration = Duration::from_secs(120);
/// For the last lines and spans to be found; those that are missing then are lost.
const FOUND: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(500);
/// Traces are read in pieces of so many milliseconds: some thousands each.
const PIECE: SignedDuration = SignedDuration::from_millis(500);

const OF_LINES: [&str; 4] = [
    "lines_offered",
    "lines_taken",
    "lines_lost",
    "lines_found_after",
];
/// Of lines alone: Jaeger's store knows a span by its id and cannot have it twice.
const TWICE: &str = "lines_twice";
const OF_SPANS: [&str; 4] = [
    "spans_offered",
    "spans_taken",
    "spans_lost",
    "spans_found_after",
];

/// What came of a load.
pub(super) struct Loaded {
    pub(super) figures: Vec<Figure>,
    pub(super) usage: Usage,
}

/// Where load is put, and where it is found again.
pub(super) struct Loads {
    cluster: Cluster,
    image: String,
    logs: Logs,
    traces: Traces,
    meter: Meter,
}

/// Pods that have written everything.
struct Written {
    plans: Vec<WriterPlan>,
    pods: Vec<String>,
    window: Window,
    ended: Instant,
}

impl Written {
    fn wanted(&self) -> u64 {
        self.plans.iter().map(|plan| plan.count).sum()
    }

    /// The filter for the lines of one pod.
    fn filter(&self, plan: &WriterPlan) -> String {
        let (service, prefix) = (of_service(NAME), quoted(&plan.prefix));
        format!("{service} {} {prefix}", self.window)
    }
}

/// How many of what was written are there.
#[derive(Debug, Default, Clone, Copy)]
struct There {
    different: u64,
    twice: u64,
}

impl Loads {
    pub(super) async fn new(running: &Running) -> anyhow::Result<Self> {
        let image = running
            .stack
            .of_role(role::SAMPLE)?
            .image()?
            .reference
            .clone();
        Ok(Self {
            cluster: Cluster::connect(&running.state.kubeconfig()).await?,
            image,
            logs: Logs::new(running.endpoint(role::LOGS)?)?,
            traces: Traces::new(running.endpoint(role::TRACES)?)?,
            meter: Meter::new(&running.state, &running.stack)?,
        })
    }

    pub(super) async fn lines(&self) -> anyhow::Result<Loaded> {
        let (written, usage) = self.meter.during(self.write(LINES, false)).await?;
        let settled = settled(&written, async || self.lines_of(&written).await).await?;
        let units = ["lines/s", "lines"];
        let mut figures = self.figures(&written, settled, OF_LINES, units).await?;
        figures.push(Figure::new(TWICE, settled.0.twice as f64, "lines"));
        Ok(Loaded { figures, usage })
    }

    pub(super) async fn spans(&self) -> anyhow::Result<Loaded> {
        let (written, usage) = self.meter.during(self.write(SPANS, true)).await?;
        let settled = settled(&written, async || self.spans_of(&written).await);
        let figures = self.figures(&written, settled.await?, OF_SPANS, ["spans/s", "spans"]);
        Ok(Loaded {
            figures: figures.await?,
            usage,
        })
    }

    /// Lets `pods` pods write `rate` lines a second each for a minute.
    async fn write(&self, (rate, pods): (u64, usize), spans: bool) -> anyhow::Result<Written> {
        let from = Timestamp::now();
        let run = from.as_microsecond();
        let plan = |pod| WriterPlan {
            service: NAME.into(),
            prefix: format!("{NAME}{run}p{pod}"),
            count: rate * MINUTE.as_secs(),
            per_second: rate,
            spans,
        };
        let plans: Vec<_> = (0..pods).map(plan).collect();
        let writers = Writers::start(&self.cluster, NAME, &self.image, &plans).await?;
        writers.ended(GRACE).await?;
        Ok(Written {
            plans,
            pods: writers.names().to_vec(),
            window: Window {
                from,
                to: Timestamp::now(),
            },
            ended: Instant::now(),
        })
    }

    async fn lines_of(&self, written: &Written) -> anyhow::Result<There> {
        let mut there = There::default();
        // Pod by pod, so that the server has to remember fewer of them.
        for plan in &written.plans {
            let filter = written.filter(plan);
            let different = self.logs.distinct(&filter).await?;
            let all = self.logs.count(&filter).await?;
            there.different += different;
            there.twice += all.saturating_sub(different);
        }
        Ok(there)
    }

    async fn spans_of(&self, written: &Written) -> anyhow::Result<There> {
        let mut numbers = vec![vec![]; written.pods.len()];
        let read = self.traces.each(NAME, written.window, PIECE, |span| {
            let pod = written.pods.iter().position(|pod| *pod == span.pod);
            let number = span.attributes.get(NUMBER).and_then(|it| it.parse().ok());
            if let (Some(pod), Some(number)) = (pod, number) {
                numbers[pod].push(number);
            }
        });
        read.await?;
        let mut there = There::default();
        for (plan, numbers) in written.plans.iter().zip(numbers) {
            let tally = Tally::of(numbers, plan.numbers());
            there.different += tally.wanted - tally.missing.len() as u64;
            there.twice += tally.twice.len() as u64;
        }
        Ok(there)
    }

    async fn figures(
        &self,
        written: &Written,
        (there, after): (There, Duration),
        names: [&'static str; 4],
        [rate, number]: [&'static str; 2],
    ) -> anyhow::Result<Vec<Figure>> {
        let all = format!("{} {}", of_service(NAME), written.window);
        let times = self.logs.times(&all).await?;
        let (first, last) = times.context("no line was taken")?;
        let seconds = (last - first).total(jiff::Unit::Second)?.max(1.0);
        let lost = written.wanted().saturating_sub(there.different);
        Ok(vec![
            Figure::new(names[0], written.wanted() as f64 / seconds, rate),
            Figure::new(names[1], there.different as f64 / seconds, rate),
            Figure::new(names[2], lost as f64, number),
            Figure::new(names[3], after.as_secs_f64(), "s"),
        ])
    }
}

/// Looks until all is there, or nothing more is waited for; and how long after the last was written.
async fn settled(
    written: &Written,
    mut look: impl AsyncFnMut() -> anyhow::Result<There>,
) -> anyhow::Result<(There, Duration)> {
    let mut found = (There::default(), Duration::ZERO);
    let all = async || {
        match look().await {
            Ok(there) => found = (there, written.ended.elapsed()),
            Err(error) => return Ok(Err(error)),
        }
        let all = found.0.different >= written.wanted();
        all.then_some(Ok(())).ok_or("some are missing")
    };
    let left = FOUND.saturating_sub(written.ended.elapsed());
    let wait = Wait::new("all that was written", left).exactly();
    // Lines that are missing then are lost, and counted.
    wait.every(PAUSE)
        .until(all)
        .done()
        .await
        .unwrap_or(Ok(()))?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        let plan = |pod: u32| WriterPlan {
            service: NAME.into(),
            prefix: format!("{NAME}1p{pod}"),
            count: 10,
            per_second: 5,
            spans: false,
        };
        Written {
            plans: vec![plan(0), plan(1)],
            pods: vec!["say-a".into(), "say-b".into()],
            window: Window {
                from: Timestamp::UNIX_EPOCH,
                to: Timestamp::UNIX_EPOCH + PIECE,
            },
            ended: Instant::now(),
        }
    }

    #[test]
    fn the_lines_of_each_pod_are_told_apart() {
        let written = written();
        assert_eq!(written.wanted(), 20);
        assert_eq!(
            written.filter(&written.plans[1]),
            "{\"service.name\"=\"groundwork-bench\"} \
             _time:[1970-01-01T00:00:00Z, 1970-01-01T00:00:00.5Z) \"groundwork-bench1p1\""
        );
    }

    #[test]
    fn what_never_comes_is_not_waited_for_without_end() {
        let there = There {
            different: 19,
            twice: 1,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let found = runtime.unwrap().block_on(async {
            let mut late = written();
            late.ended = Instant::now() - FOUND;
            settled(&late, async || Ok(there)).await.unwrap()
        });
        assert_eq!(found.0.different, 19);
        assert!(found.1 >= FOUND);
    }
}
