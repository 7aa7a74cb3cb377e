//! Memory and CPU of the stack's programs, as the kernel counts them for their processes.

use std::{collections::BTreeMap, time::Duration};

use groundwork_contract::{Component, Stack};
use groundwork_node::StateDir;
use procfs::process::{Process, all_processes};
use tokio::time::{Instant, interval};

use super::running::{NAME, figure_name};
use crate::{
    bench::{figure::Figure, rest::rest},
    doctor::of_a_node,
};

/// Between two looks at memory.
const LOOK: Duration = Duration::from_secs(1);

/// What is told of each component.
const COMPONENT: [&str; 4] = [
    "memory_idle",
    "cpu_idle",
    "memory_under_load",
    "cpu_under_load",
];
/// Figures of everything: the node's processes, the pods and what holds them.
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
    /// Bytes at most: the proportional set size.
    memory: f64,
    /// Anonymous bytes (of no file), at most.
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
    /// A process' name of each component that has one, and the component's name in figures.
    components: Vec<(String, String)>,
}

impl Meter {
    /// For the node of `state` and the components of `stack`.
    pub(super) fn new(state: &StateDir, stack: &Stack) -> anyhow::Result<Self> {
        let supervisor = groundwork_node::status(state)?.supervisor_pid;
        Ok(Self {
            supervisor: supervisor.and_then(|pid| pid.try_into().ok()),
            components: named_processes(stack),
        })
    }

    /// What everything takes for `length` from now on.
    pub(super) async fn over(&self, length: Duration) -> anyhow::Result<Usage> {
        let nothing = async {
            rest(length).await;
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
            let name = self.program(&process.cmdline().unwrap_or_default());
            let known = name.filter(|_| ours).zip(taken(&process));
            if let Some((name, taken)) = known {
                usage.add(name, taken);
            }
        }
        usage
    }

    /// What runs in a process: the program's name, or the main class of a component on a JVM; nothing when it is a
    /// pod of the benchmark's own, or has ended.
    fn program(&self, arguments: &[String]) -> Option<String> {
        if arguments.iter().any(|argument| argument.contains(NAME)) {
            return None;
        }
        let first = arguments.first()?;
        let name = first.rsplit('/').next().unwrap_or(first);
        let is_class = |class: &&String| class.contains('.') && arguments.contains(class);
        let class = self.components.iter().map(|(process, _)| process);
        Some(
            class
                .clone()
                .find(is_class)
                .map_or(name, |it| it)
                .to_owned(),
        )
    }

    /// The figures of `idle` and of `loaded`.
    ///
    /// # Errors
    /// When a component has no process: its figures would be the best of all.
    pub(super) fn figures(&self, idle: &Usage, loaded: &Usage) -> anyhow::Result<Vec<Figure>> {
        for (process, _) in &self.components {
            anyhow::ensure!(
                idle.programs.contains_key(process),
                "{process} does not run"
            );
        }
        let four = |names: [String; 4], idle: Taken, loaded: Taken| {
            let [memory, cpu, memory_loaded, cpu_loaded] = names;
            [
                Figure::new(memory, idle.memory, "bytes"),
                Figure::new(cpu, idle.cpu, "cores"),
                Figure::new(memory_loaded, loaded.memory, "bytes"),
                Figure::new(cpu_loaded, loaded.cpu, "cores"),
            ]
        };
        let of = |usage: &Usage, name: &str| usage.programs.get(name).copied().unwrap_or_default();
        let mut figures = vec![];
        for (process, name) in &self.components {
            let names = COMPONENT.map(|figure| format!("{name}_{figure}"));
            figures.extend(four(names, of(idle, process), of(loaded, process)));
        }
        figures.extend(four(STACK.map(String::from), idle.whole, loaded.whole));
        let anonymous = [idle, loaded].map(|usage| usage.whole.anonymous);
        let anonymous = ANONYMOUS.into_iter().zip(anonymous);
        figures.extend(anonymous.map(|(name, bytes)| Figure::new(name, bytes, "bytes")));
        Ok(figures)
    }
}

fn named_processes(stack: &Stack) -> Vec<(String, String)> {
    let components = stack.components.iter();
    let named = |it: &Component| Some((it.process.clone()?, figure_name(it)));
    components.filter_map(named).collect()
}

fn taken(process: &Process) -> Option<Taken> {
    let (stat, status) = (process.stat().ok()?, process.status().ok()?);
    let pid = u32::try_from(process.pid).ok()?;
    Some(Taken {
        memory: groundwork_node::memory(pid) as f64,
        anonymous: status.rssanon.unwrap_or(0) as f64 * 1024.0,
        cpu: (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter() -> Meter {
        let component = |process: &str, name: &str| (process.to_owned(), name.to_owned());
        Meter {
            supervisor: None,
            components: vec![component("store", "store"), component("bus.Main", "bus")],
        }
    }

    fn named(arguments: &[&str]) -> Option<String> {
        let arguments: Vec<_> = arguments.iter().map(|&it| it.to_owned()).collect();
        meter().program(&arguments)
    }

    #[test]
    fn a_process_is_known_by_its_program_or_its_main_class() {
        let name = named(&["/bin/store", "--config=x"]);
        assert_eq!(name.as_deref(), Some("store"));
        let name = named(&["/bin/java", "-Xmx256m", "bus.Main", "/etc/x"]);
        assert_eq!(name.as_deref(), Some("bus.Main"));
        assert_eq!(named(&["/bin/other"]).as_deref(), Some("other"));
        assert_eq!(named(&["/bin/other", "--prefix=groundwork-bench1"]), None);
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
        let most = usage("store", 100.0, 0.5).max(&usage("store", 200.0, 0.1));
        assert_eq!(most.programs["store"].memory, 200.0);
        assert_eq!(most.programs["store"].cpu, 0.5);
    }

    #[test]
    fn every_component_has_its_figures_and_the_whole_is_the_sum() {
        let mut idle = usage("etcd", 50.0, 0.25);
        for (process, _) in &meter().components {
            assert!(meter().figures(&idle, &idle).is_err());
            idle.add(process.clone(), Taken::default());
        }
        idle.add("store".into(), usage("store", 100.0, 0.5).whole);
        let figures = meter().figures(&idle, &idle).unwrap();
        let value = |name| figures.iter().find(|it| it.name == name).map(|it| it.value);
        assert_eq!(value("store_memory_idle"), Some(100.0));
        assert_eq!(value("bus_memory_idle"), Some(0.0));
        assert_eq!(value("stack_memory_idle"), Some(150.0));
        assert_eq!(value("stack_cpu_under_load"), Some(0.75));
        assert_eq!(value("stack_memory_idle_anonymous"), Some(75.0));
        assert_eq!(figures.len(), 4 * 2 + 6);
    }
}
