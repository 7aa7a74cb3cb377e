//! Memory and CPU of the stack's programs, as the kernel counts them for their processes.

use std::{collections::BTreeMap, time::Duration};

use groundwork_node::StateDir;
use procfs::process::{Process, all_processes};
use tokio::time::{Instant, interval, sleep};

use super::{Figure, NAME};
use crate::doctor::of_a_node;

/// Between two looks at memory.
const LOOK: Duration = Duration::from_secs(1);

/// Programs, or the main class of one on a JVM, and the names of their figures.
const COMPONENTS: [(&str, [&str; 4]); 7] = [
    (
        "prometheus",
        [
            "prometheus_memory_idle",
            "prometheus_cpu_idle",
            "prometheus_memory_under_load",
            "prometheus_cpu_under_load",
        ],
    ),
    (
        "alertmanager",
        [
            "alertmanager_memory_idle",
            "alertmanager_cpu_idle",
            "alertmanager_memory_under_load",
            "alertmanager_cpu_under_load",
        ],
    ),
    (
        "victoria-logs",
        [
            "victorialogs_memory_idle",
            "victorialogs_cpu_idle",
            "victorialogs_memory_under_load",
            "victorialogs_cpu_under_load",
        ],
    ),
    (
        "jaeger",
        [
            "jaeger_memory_idle",
            "jaeger_cpu_idle",
            "jaeger_memory_under_load",
            "jaeger_cpu_under_load",
        ],
    ),
    (
        "otelcol",
        [
            "collector_memory_idle",
            "collector_cpu_idle",
            "collector_memory_under_load",
            "collector_cpu_under_load",
        ],
    ),
    (
        "node_exporter",
        [
            "node_exporter_memory_idle",
            "node_exporter_cpu_idle",
            "node_exporter_memory_under_load",
            "node_exporter_cpu_under_load",
        ],
    ),
    (
        "kafka.Kafka",
        [
            "kafka_memory_idle",
            "kafka_cpu_idle",
            "kafka_memory_under_load",
            "kafka_cpu_under_load",
        ],
    ),
];
/// The same of everything: the node's processes, the pods and what holds them.
const STACK: [&str; 4] = [
    "stack_memory_idle",
    "stack_cpu_idle",
    "stack_memory_at_most",
    "stack_cpu_under_load",
];
/// Without what is a file's, such as programs: what `groundwork status` counts for pods.
const ANONYMOUS: [&str; 2] = [
    "stack_memory_idle_anonymous",
    "stack_memory_at_most_anonymous",
];

/// What programs took over some time, by their names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Usage {
    programs: BTreeMap<String, Taken>,
    whole: Taken,
}

/// What one took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Taken {
    /// Resident bytes, at most.
    memory: f64,
    /// Those that are no file's, at most.
    anonymous: f64,
    /// Cores, on average.
    cpu: f64,
}

impl Taken {
    fn max(self, other: Self) -> Self {
        Self {
            memory: self.memory.max(other.memory),
            anonymous: self.anonymous.max(other.anonymous),
            cpu: self.cpu.max(other.cpu),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            memory: self.memory + other.memory,
            anonymous: self.anonymous + other.anonymous,
            cpu: self.cpu + other.cpu,
        }
    }
}

impl Usage {
    /// The greater of each.
    pub(super) fn max(&self, other: &Self) -> Self {
        let mut most = self.clone();
        most.whole = most.whole.max(other.whole);
        for (name, taken) in &other.programs {
            let mine = most.programs.entry(name.clone()).or_default();
            *mine = mine.max(*taken);
        }
        most
    }

    fn add(&mut self, name: String, taken: Taken) {
        self.whole = self.whole.and(taken);
        let mine = self.programs.entry(name).or_default();
        *mine = mine.and(taken);
    }
}

/// Looks at a node's processes.
pub(super) struct Meter {
    supervisor: Option<i32>,
}

impl Meter {
    /// For the node of `state`.
    pub(super) fn new(state: &StateDir) -> anyhow::Result<Self> {
        let supervisor = groundwork_node::status(state)?.supervisor_pid;
        Ok(Self {
            supervisor: supervisor.and_then(|pid| pid.try_into().ok()),
        })
    }

    /// What everything takes for `length` from now on.
    pub(super) async fn over(&self, length: Duration) -> anyhow::Result<Usage> {
        let nothing = async {
            sleep(length).await;
            Ok(())
        };
        Ok(self.during(nothing).await?.1)
    }

    /// Does `work`; what everything takes meanwhile.
    pub(super) async fn during<T>(
        &self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<(T, Usage)> {
        let before = self.now();
        let started = Instant::now();
        let mut most = Usage::default();
        let mut looks = interval(LOOK);
        tokio::pin!(work);
        let done = loop {
            tokio::select! {
                done = &mut work => break done?,
                _ = looks.tick() => most = most.max(&self.now()),
            }
        };
        let after = self.now();
        let seconds = started.elapsed().as_secs_f64();
        // A process that ended meanwhile takes its time with it.
        let cores = |after: Taken, before: Taken| (after.cpu - before.cpu).max(0.0) / seconds;
        most = most.max(&after);
        most.whole.cpu = cores(after.whole, before.whole);
        for (name, taken) in &mut most.programs {
            let of = |usage: &Usage| usage.programs.get(name).copied().unwrap_or_default();
            taken.cpu = cores(of(&after), of(&before));
        }
        Ok((done, most))
    }

    /// What everything takes; `cpu` is seconds since the processes' start.
    fn now(&self) -> Usage {
        let mut usage = Usage::default();
        for process in all_processes().into_iter().flatten().flatten() {
            let ours = self.supervisor == Some(process.pid) || of_a_node(process.pid);
            let name = program(&process.cmdline().unwrap_or_default());
            let known = name.filter(|_| ours).zip(taken(&process));
            if let Some((name, taken)) = known {
                usage.add(name, taken);
            }
        }
        usage
    }
}

fn taken(process: &Process) -> Option<Taken> {
    let (stat, status) = (process.stat().ok()?, process.status().ok()?);
    let bytes = |kib: Option<u64>| kib.unwrap_or(0) as f64 * 1024.0;
    Some(Taken {
        memory: bytes(status.vmrss),
        anonymous: bytes(status.rssanon),
        cpu: (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64,
    })
}

/// What runs in a process: the program's name, or the main class of Kafka; nothing when it is a pod
/// of the benchmark's own, or has ended.
fn program(arguments: &[String]) -> Option<String> {
    let is = |text: &str| arguments.iter().any(|argument| argument == text);
    let first = arguments.first()?;
    let name = first.rsplit('/').next().unwrap_or(first);
    match name {
        "hello" if is("say") && arguments.iter().any(|it| it.contains(NAME)) => None,
        _ if is("kafka.Kafka") => Some("kafka.Kafka".into()),
        name => Some(name.to_owned()),
    }
}

/// The figures of `idle` and of `loaded`.
///
/// # Errors
/// When a component has no process: its figures would be the best of all.
pub(super) fn figures(idle: &Usage, loaded: &Usage) -> anyhow::Result<Vec<Figure>> {
    for (name, _) in COMPONENTS {
        anyhow::ensure!(idle.programs.contains_key(name), "{name} does not run");
    }
    let four = |names: [&'static str; 4], idle: Taken, loaded: Taken| {
        [
            Figure::new(names[0], idle.memory, "bytes"),
            Figure::new(names[1], idle.cpu, "cores"),
            Figure::new(names[2], loaded.memory, "bytes"),
            Figure::new(names[3], loaded.cpu, "cores"),
        ]
    };
    let of = |usage: &Usage, name: &str| usage.programs.get(name).copied().unwrap_or_default();
    let mut figures: Vec<_> = COMPONENTS
        .iter()
        .flat_map(|(name, names)| four(*names, of(idle, name), of(loaded, name)))
        .collect();
    figures.extend(four(STACK, idle.whole, loaded.whole));
    let anonymous = [idle, loaded].map(|usage| usage.whole.anonymous);
    let anonymous = ANONYMOUS.into_iter().zip(anonymous);
    figures.extend(anonymous.map(|(name, bytes)| Figure::new(name, bytes, "bytes")));
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(arguments: &[&str]) -> Option<String> {
        let arguments: Vec<_> = arguments.iter().map(|&it| it.to_owned()).collect();
        program(&arguments)
    }

    #[test]
    fn a_process_is_known_by_its_program() {
        assert_eq!(
            named(&["/bin/otelcol", "--config=x"]).as_deref(),
            Some("otelcol")
        );
        let kafka = named(&["/bin/java", "-Xmx256m", "kafka.Kafka", "/etc/x"]);
        assert_eq!(kafka.as_deref(), Some("kafka.Kafka"));
        assert_eq!(named(&["/bin/hello"]).as_deref(), Some("hello"));
        assert_eq!(
            named(&["/bin/hello", "say", "--prefix=groundwork-bench1"]),
            None
        );
        assert_eq!(named(&[]), None);
    }

    fn usage(name: &str, memory: f64, cpu: f64) -> Usage {
        let mut usage = Usage::default();
        let anonymous = memory / 2.0;
        usage.add(
            name.into(),
            Taken {
                memory,
                anonymous,
                cpu,
            },
        );
        usage
    }

    #[test]
    fn the_greater_of_two_loads_counts_for_each_program() {
        let most = usage("jaeger", 100.0, 0.5).max(&usage("jaeger", 200.0, 0.1));
        assert_eq!(most.programs["jaeger"].memory, 200.0);
        assert_eq!(most.programs["jaeger"].cpu, 0.5);
    }

    #[test]
    fn every_component_has_its_figures_and_the_whole_is_the_sum() {
        let mut idle = usage("etcd", 50.0, 0.25);
        for (name, _) in COMPONENTS {
            assert!(figures(&idle, &idle).is_err());
            idle.add(name.into(), Taken::default());
        }
        idle.add("jaeger".into(), usage("jaeger", 100.0, 0.5).whole);
        let figures = figures(&idle, &idle).unwrap();
        let value = |name| figures.iter().find(|it| it.name == name).map(|it| it.value);
        assert_eq!(value("jaeger_memory_idle"), Some(100.0));
        assert_eq!(value("kafka_memory_idle"), Some(0.0));
        assert_eq!(value("stack_memory_idle"), Some(150.0));
        assert_eq!(value("stack_cpu_under_load"), Some(0.75));
        assert_eq!(value("stack_memory_idle_anonymous"), Some(75.0));
        assert_eq!(figures.len(), 4 * COMPONENTS.len() + 6);
    }
}
