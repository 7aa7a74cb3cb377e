//! `bench events`: how soon the running stack's broker is there, how fast it is, and what it takes.
//!
//! The driver runs on this machine and shares its cores with the broker; its own ceiling is
//! measured too.

use std::time::Duration;

use anyhow::Context;
use groundwork_contract::{Phase, Progress, role};
use groundwork_events::{
    Bus, Reading, Start, consume,
    load::{self, Acks, LoadPlan},
};
use groundwork_process::wait::{Wait, over};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use procfs::{Current, process::Process};

use super::figure::{Figure, Outcome, machine};
use crate::{cli::Global, doctor::of_a_node, failure::Failure, given, progress::Display};

const TOPIC: &str = "groundwork-bench";
/// Two cores have no use for more.
const PARTITIONS: i32 = 4;
/// Long enough for segments to be full and written out.
const PACED: Duration = Duration::from_secs(30);
const FULL_SPEED: Duration = Duration::from_secs(10);
/// For the broker to compile what it runs most, and for the client to get its producer's number.
const WARM_UP: Duration = Duration::from_secs(5);
/// For the broker to end, to be started again, and to take records.
const RESTART: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Messages a second, and the names of the figures.
const RATES: [(u64, [&str; 3]); 3] = [
    (10_000, ["p50_at_10k", "p95_at_10k", "p99_at_10k"]),
    (50_000, ["p50_at_50k", "p95_at_50k", "p99_at_50k"]),
    (100_000, ["p50_at_100k", "p95_at_100k", "p99_at_100k"]),
];
/// Bytes of a message, what acknowledges it, and the name of the figure.
const SPEEDS: [(usize, Acks, &str); 4] = [
    (100, Acks::All, "max_rate_100b"),
    (1024, Acks::All, "max_rate_1k"),
    (100, Acks::None, "max_rate_100b_unacknowledged"),
    (1024, Acks::None, "max_rate_1k_unacknowledged"),
];

/// Measures the event bus of the running stack, whose broker it restarts first.
///
/// # Errors
/// When no event bus runs, or it does not come back.
pub fn events(global: &Global) -> anyhow::Result<Outcome> {
    let display = Display::start();
    let report = display.report();
    let stage = |title: &str, phase| report(Progress::new(title, phase, ""));
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = runtime.block_on(async {
        let bus = given::bus(global).await?;
        let stack = given::stack(global)?;
        let main_class = stack.of_role(role::EVENT_BUS)?.process.as_deref();
        let main_class =
            main_class.context("the event bus says not by which process it is known")?;
        let mut figures = vec![];

        stage("broker", Phase::Starting);
        let start = restarted(&bus, main_class).await?;
        figures.push(Figure::new("broker_start", start.as_secs_f64(), "s"));
        let before = memory(&broker(main_class)?)?;
        figures.push(Figure::new("broker_memory_before", before, "bytes"));
        stage("broker", Phase::Ready);

        for (rate, names) in RATES {
            let title = format!("{rate} messages/s of 1 KiB");
            stage(&title, Phase::Starting);
            let outcome = load::run(&bus, &plan(Some(rate), 1024, Acks::All)).await?;
            if outcome.lost > 0 {
                anyhow::bail!("{title}: {} were lost", outcome.lost);
            }
            let latency = outcome.latency.context("no message arrived")?;
            let values = [latency.p50, latency.p95, latency.p99];
            figures.extend(
                names
                    .into_iter()
                    .zip(values)
                    .map(|(name, value)| Figure::new(name, value, "ms")),
            );
            stage(&title, Phase::Ready);
        }
        for (size, acks, name) in SPEEDS {
            stage(name, Phase::Starting);
            let outcome = load::run(&bus, &plan(None, size, acks)).await?;
            figures.push(Figure::new(name, outcome.rate, "msg/s"));
            stage(name, Phase::Ready);
        }
        figures.push(Figure::new(
            "broker_memory",
            memory(&broker(main_class)?)?,
            "bytes",
        ));

        stage("driver_ceiling_100b", Phase::Starting);
        let ceiling = load::ceiling(&plan(None, 100, Acks::All)).await?;
        figures.push(Figure::new("driver_ceiling_100b", ceiling.rate, "msg/s"));
        stage("driver_ceiling_100b", Phase::Ready);
        anyhow::Ok(figures)
    })?;
    Ok(Outcome {
        bench: "events",
        machine: machine(),
        figures,
    })
}

fn plan(rate: Option<u64>, size: usize, acks: Acks) -> LoadPlan {
    LoadPlan {
        topic: TOPIC.into(),
        partitions: PARTITIONS,
        rate,
        size,
        duration: if rate.is_some() { PACED } else { FULL_SPEED },
        warm_up: WARM_UP,
        acks,
    }
}

/// Asks the broker to end, and takes the time from its new process' start until a record went
/// through it.
async fn restarted(bus: &Bus, main_class: &str) -> anyhow::Result<Duration> {
    let old = broker(main_class)?.pid;
    kill(Pid::from_raw(old), Signal::SIGTERM).context("cannot end the broker")?;
    let new = async || {
        let broker = broker(main_class).ok();
        broker.filter(|it| it.pid != old).ok_or("it is not there")
    };
    let new = Wait::new("the broker's new process", RESTART)
        .every(PAUSE)
        .until(new)
        .done()
        .await
        .map_err(|late| {
            let why = format!("the broker was not started again: {}", late.missing);
            Failure::stack(why).hint("see `groundwork status`")
        })?;
    let bus = Bus::connect(bus.bootstrap(), RESTART).await?;
    // Left over by a run that was cut off.
    if bus.partitions(TOPIC).await?.is_some() {
        bus.delete_topic(TOPIC).await?;
    }
    bus.create_topic(TOPIC, 1, &[]).await?;
    bus.publish(TOPIC, None, b"first").await?;
    let reading = Reading {
        topic: TOPIC.into(),
        start: Start::Beginning,
        max: Some(1),
        until_end: false,
    };
    let read = consume(&bus, &reading, over(RESTART), |_| Ok(())).await?;
    let took = age(&new)?;
    bus.delete_topic(TOPIC).await?;
    anyhow::ensure!(read == 1, "no record went through the new broker");
    Ok(took)
}

/// How long ago a process was started.
fn age(process: &Process) -> anyhow::Result<Duration> {
    let since_boot = process.stat()?.starttime as f64 / procfs::ticks_per_second() as f64;
    let now = procfs::Uptime::current()?.uptime;
    Ok(Duration::from_secs_f64((now - since_boot).max(0.0)))
}

/// The broker's process: the one of the node that runs its main class.
fn broker(main_class: &str) -> anyhow::Result<Process> {
    let is_broker = |process: &Process| {
        let arguments = process.cmdline().unwrap_or_default();
        arguments.iter().any(|argument| argument == main_class) && of_a_node(process.pid)
    };
    procfs::process::all_processes()?
        .flatten()
        .find(is_broker)
        .ok_or_else(|| {
            Failure::stack("no broker runs")
                .hint("see `groundwork status`")
                .into()
        })
}

fn memory(broker: &Process) -> anyhow::Result<f64> {
    let kib = broker.status()?.vmrss.context("the broker has no memory")?;
    Ok(kib as f64 * 1024.0)
}
