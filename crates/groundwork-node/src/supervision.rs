//! Supervision as a pure state machine: events and the time go in, actions come out. It starts
//! nothing, reads no clock and touches no file; `supervisor` does that.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::processes::{Probe, Spec};

/// The first wait before a process that ended is started again.
const FIRST_BACK_OFF: Duration = Duration::from_millis(200);
/// The longest such wait.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);
/// A process that was ready and ran for so long has earned a fresh start without a long wait.
const STABLE_AFTER: Duration = Duration::from_secs(60);
/// Between two probes of a process that is not ready yet.
const PROBE_WHILE_STARTING: Duration = Duration::from_millis(50);
/// Between two probes of one that has lost its readiness: it may last for hours, as on a full disk.
const PROBE_WHILE_AWAY: Duration = Duration::from_secs(1);
/// Between two probes of a process that is ready.
const PROBE_WHILE_READY: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A process of an earlier supervisor still runs.
    Adopted {
        /// What it was started from.
        spec: Box<Spec>,
        /// Its process id.
        pid: u32,
        /// How often it was started again before.
        restarts: u32,
    },
    /// These and no other processes shall run.
    Wanted(Vec<Spec>),
    /// A process was started.
    Started {
        /// Which.
        name: String,
        /// Its process id.
        pid: u32,
    },
    /// A process could not be started, or has ended.
    Ended {
        /// Which.
        name: String,
        /// How.
        reason: String,
    },
    /// A probe has come back; `Err` says what is missing.
    Probed {
        /// Of which process.
        name: String,
        /// Its process id when the probe was sent.
        pid: u32,
        /// What it found.
        result: Result<(), String>,
    },
    /// Time has passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Start it and report [`Event::Started`] or [`Event::Ended`].
    Start {
        /// What to start.
        spec: Spec,
        /// How often it was started again before.
        restarts: u32,
    },
    /// Probe it and report [`Event::Probed`].
    Probe {
        /// Which.
        name: String,
        /// Its process id.
        pid: u32,
        /// How.
        probe: Probe,
    },
    /// Ask it to end (SIGTERM).
    Terminate {
        /// Which.
        name: String,
        /// Its process id.
        pid: u32,
    },
    /// End it (SIGKILL).
    Kill {
        /// Which.
        name: String,
        /// Its process id.
        pid: u32,
    },
}

/// How far a process is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Waits for the processes that it needs.
    Waiting,
    /// Its start was ordered.
    Starting,
    /// Runs; `ready` is what the last probe said.
    Running {
        pid: u32,
        since: Instant,
        ready: Result<(), String>,
        next_probe: Option<Instant>,
    },
    /// Was asked to end, to be replaced or forgotten.
    Stopping { pid: u32, kill_at: Option<Instant> },
    /// Ended; starts again when the time has come.
    BackOff { until: Instant, reason: String },
}

#[derive(Debug, Clone)]
struct Process {
    /// What runs, or ran last.
    spec: Spec,
    /// What shall run; `None` when it shall not.
    wanted: Option<Spec>,
    state: State,
    /// Was ready since it was last started; processes that wait for it may start.
    was_ready: bool,
    /// Unplanned ends since the first start.
    restarts: u32,
    /// Unplanned ends in a row, since it last was ready for long or since a person last asked for it.
    failures: u32,
}

/// The state of one process, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its process id while it runs.
    pub pid: Option<u32>,
    /// `Err` says why it is not ready.
    pub ready: Result<(), String>,
    /// Unplanned ends since the first start.
    pub restarts: u32,
    /// Unplanned ends in a row, since it last was ready for long or since `up` last asked for it.
    pub failures: u32,
    /// The processes that it waits for before it is started.
    pub waits_for: Vec<String>,
}

/// All processes of the node.
#[derive(Debug, Default)]
pub struct Supervision {
    processes: BTreeMap<String, Process>,
}

impl Supervision {
    /// Takes in what happened at `now` and says what to do.
    pub fn on_event(&mut self, event: Event, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Adopted {
                spec,
                pid,
                restarts,
            } => {
                let process = Process {
                    state: running(pid, now),
                    wanted: Some((*spec).clone()),
                    spec: *spec,
                    was_ready: false,
                    restarts,
                    failures: 0,
                };
                self.processes.insert(process.spec.name.clone(), process);
            }
            Event::Wanted(specs) => self.want(specs, now, &mut actions),
            Event::Started { name, pid } => {
                if let Some(process) = self.processes.get_mut(&name) {
                    process.state = running(pid, now);
                }
            }
            Event::Ended { name, reason } => self.ended(&name, reason, now),
            Event::Probed { name, pid, result } => self.probed(&name, pid, result, now),
            Event::Tick => {}
        }
        self.advance(now, &mut actions);
        actions
    }

    /// When [`Event::Tick`] is due next, if nothing else happens.
    pub fn next_tick(&self) -> Option<Instant> {
        self.processes
            .values()
            .filter_map(|process| match &process.state {
                State::Running { next_probe, .. } => *next_probe,
                State::Stopping { kill_at, .. } => *kill_at,
                State::BackOff { until, .. } => Some(*until),
                State::Waiting | State::Starting => None,
            })
            .min()
    }

    /// The state of every process.
    pub fn view(&self) -> Vec<View> {
        self.processes
            .values()
            .map(|process| {
                let waits_for = self.waits_for(process);
                let (pid, ready) = match &process.state {
                    State::Waiting => (None, Err(format!("waits for {}", waits_for.join(" and ")))),
                    State::Starting => (None, Err("is being started".into())),
                    State::Running { pid, ready, .. } => (Some(*pid), ready.clone()),
                    State::Stopping { pid, .. } => (Some(*pid), Err("is ending".into())),
                    State::BackOff { reason, .. } => (None, Err(reason.clone())),
                };
                View {
                    name: process.spec.name.clone(),
                    pid,
                    ready,
                    restarts: process.restarts,
                    failures: process.failures,
                    waits_for,
                }
            })
            .collect()
    }

    fn want(&mut self, specs: Vec<Spec>, now: Instant, actions: &mut Vec<Action>) {
        for process in self.processes.values_mut() {
            let name = &process.spec.name;
            let wanted = specs.iter().find(|spec| spec.name == *name);
            process.wanted = wanted.cloned();
            let changed = process.wanted.as_ref() != Some(&process.spec);
            match process.state {
                State::Running { pid, .. } if changed => {
                    actions.push(Action::Terminate {
                        name: process.spec.name.clone(),
                        pid,
                    });
                    process.state = State::Stopping {
                        pid,
                        kill_at: Some(now + process.spec.grace),
                    };
                }
                // A person who runs `up` does not want to wait for an old back-off.
                State::Waiting | State::BackOff { .. } => process.restart(),
                _ => {}
            }
            process.failures = 0;
        }
        self.processes
            .retain(|_, process| process.wanted.is_some() || process.has_process());
        for spec in specs {
            self.processes
                .entry(spec.name.clone())
                .or_insert_with(|| Process {
                    wanted: Some(spec.clone()),
                    spec,
                    state: State::Waiting,
                    was_ready: false,
                    restarts: 0,
                    failures: 0,
                });
        }
    }

    fn ended(&mut self, name: &str, reason: String, now: Instant) {
        let Some(process) = self.processes.get_mut(name) else {
            return;
        };
        if process.wanted.is_none() {
            self.processes.remove(name);
            return;
        }
        let was_ready = std::mem::take(&mut process.was_ready);
        match process.state {
            State::Stopping { .. } => process.restart(),
            State::Running { since, .. }
                if was_ready && now.duration_since(since) >= STABLE_AFTER =>
            {
                process.failures = 0;
                process.back_off(reason, now);
            }
            _ => process.back_off(reason, now),
        }
    }

    fn probed(&mut self, name: &str, from: u32, result: Result<(), String>, now: Instant) {
        let Some(process) = self.processes.get_mut(name) else {
            return;
        };
        match &mut process.state {
            // An answer of its predecessor does not count for this one.
            State::Running {
                pid,
                ready,
                next_probe,
                ..
            } if *pid == from => {
                let pause = match result {
                    Ok(()) => PROBE_WHILE_READY,
                    Err(_) if process.was_ready => PROBE_WHILE_AWAY,
                    Err(_) => PROBE_WHILE_STARTING,
                };
                process.was_ready |= result.is_ok();
                *ready = result;
                *next_probe = Some(now + pause);
            }
            _ => {}
        }
    }

    /// Does what has become due or possible.
    fn advance(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let ready: Vec<String> = self
            .processes
            .values()
            .filter(|process| process.was_ready)
            .map(|process| process.spec.name.clone())
            .collect();
        for process in self.processes.values_mut() {
            if matches!(process.state, State::BackOff { until, .. } if until <= now) {
                process.restart();
            }
            let name = process.spec.name.clone();
            match &mut process.state {
                State::Waiting if process.spec.after.iter().all(|name| ready.contains(name)) => {
                    process.state = State::Starting;
                    actions.push(Action::Start {
                        spec: process.spec.clone(),
                        restarts: process.restarts,
                    });
                }
                State::Running {
                    pid, next_probe, ..
                } if next_probe.is_some_and(|due| due <= now) => {
                    // None until the answer comes: a slow probe is never sent twice.
                    *next_probe = None;
                    actions.push(Action::Probe {
                        name,
                        pid: *pid,
                        probe: process.spec.probe.clone(),
                    });
                }
                State::Stopping { pid, kill_at } if kill_at.is_some_and(|due| due <= now) => {
                    *kill_at = None;
                    actions.push(Action::Kill { name, pid: *pid });
                }
                _ => {}
            }
        }
    }

    fn waits_for(&self, process: &Process) -> Vec<String> {
        let was_ready = |name| self.processes.get(name).is_some_and(|it| it.was_ready);
        let missing = process.spec.after.iter().filter(|name| !was_ready(*name));
        match process.state {
            State::Waiting => missing.cloned().collect(),
            _ => vec![],
        }
    }
}

impl Process {
    fn has_process(&self) -> bool {
        !matches!(self.state, State::Waiting | State::BackOff { .. })
    }

    fn restart(&mut self) {
        if let Some(spec) = &self.wanted {
            self.spec = spec.clone();
        }
        self.state = State::Waiting;
    }

    fn back_off(&mut self, reason: String, now: Instant) {
        let pause = FIRST_BACK_OFF * 2_u32.saturating_pow(self.failures.min(16));
        self.restarts += 1;
        self.failures += 1;
        self.state = State::BackOff {
            until: now + pause.min(LONGEST_BACK_OFF),
            reason,
        };
    }
}

fn running(pid: u32, now: Instant) -> State {
    State::Running {
        pid,
        since: now,
        ready: Err("has just been started".into()),
        next_probe: Some(now),
    }
}

#[cfg(test)]
#[path = "supervision_tests.rs"]
mod tests;
