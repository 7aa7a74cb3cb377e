//! Waits until the node's processes are ready, and finds out which of them the others wait for.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use groundwork_contract::{Phase, Progress, Report};
use groundwork_process::wait::Wait;

use crate::{
    error::Error,
    node::Node,
    processes::Spec,
    state::{self, StateDir},
    supervisor::protocol::{ProcessState, Request, ask},
};

/// Between two questions to the supervisor.
const EVERY: Duration = Duration::from_millis(50);
/// Ends in a row after which a wait for a process ends. The first may be a matter of order: a port
/// that is still taken, a store that is still down.
const FAILURES: u32 = 3;
/// A process counts as idle after so long without news.
const SILENCE: Duration = Duration::from_secs(30);
/// Lines of a log that an error carries.
const LOG_LINES: usize = 12;

impl Node {
    /// Waits until the process called `process` is ready, and reports how far it is.
    ///
    /// # Errors
    /// [`Error::KeepsEnding`] as soon as it, or one that it waits for, ends again and again;
    /// [`Error::NotReady`] with the end of its log when `deadline` has passed.
    pub fn wait_ready(
        &self,
        process: &str,
        deadline: Duration,
        report: &Report,
    ) -> Result<(), Error> {
        self.wait(deadline, report, |states| with_causes(process, states))
    }

    /// Waits until every process is ready, the node's own readiness included, and reports how far
    /// each is.
    ///
    /// # Errors
    /// As [`wait_ready`](Self::wait_ready), about the process that the others wait for.
    pub fn wait_all_ready(&self, deadline: Duration, report: &Report) -> Result<(), Error> {
        self.wait(deadline, report, |states| states.to_vec())
    }

    fn wait(
        &self,
        deadline: Duration,
        report: &Report,
        watched: impl Fn(&[ProcessState]) -> Vec<ProcessState>,
    ) -> Result<(), Error> {
        let begin = Instant::now();
        let order = self.start_order()?;
        let mut told = BTreeMap::new();
        let mut signs = SignsOfLife::default();
        let mut last = None;
        let wait = Wait::new("the node's processes", deadline).exactly();
        let ready = || {
            let answer = ask(&self.state, &Request::Status).map_err(|error| {
                last = None;
                format!("the supervisor does not answer: {error}")
            })?;
            let mut states = watched(&answer.processes);
            states.sort_by_key(|state| order.iter().position(|name| *name == state.name));
            for state in &states {
                tell(state, &mut told, report);
                signs.look(state, &self.state);
            }
            match first_cause(&states) {
                None if states.is_empty() => Err("it is not among the node's processes".into()),
                None => Ok(None),
                Some(state) if state.failures >= FAILURES => Ok(Some(state.clone())),
                Some(state) => {
                    last = Some(state.clone());
                    Err(state.reason.clone())
                }
            }
        };
        let waited = wait.every(EVERY).until(ready).block();
        match (waited, last) {
            (Ok(None), _) => Ok(()),
            (Ok(Some(process)), _) => Err(self.keeps_ending(&process, report)),
            (Err(_), Some(process)) => {
                Err(self.not_ready(&process, begin.elapsed(), signs.of(&process.name), report))
            }
            (Err(timed_out), None) => Err(Error::TimedOut(timed_out)),
        }
    }

    /// The processes' names, those first that others need.
    fn start_order(&self) -> Result<Vec<String>, Error> {
        let specs: Vec<Spec> = state::read_json(&self.state.specs())?.unwrap_or_default();
        Ok(specs.into_iter().map(|spec| spec.name).collect())
    }

    fn keeps_ending(&self, process: &ProcessState, report: &Report) -> Error {
        report(Progress::new(&process.name, Phase::Failed, &process.reason));
        let log_file = self.state.log(&process.name);
        Error::KeepsEnding {
            process: process.name.clone(),
            times: process.failures,
            log: state::tail(&log_file, LOG_LINES),
            log_file,
        }
    }

    fn not_ready(
        &self,
        process: &ProcessState,
        after: Duration,
        alive: bool,
        report: &Report,
    ) -> Error {
        report(Progress::new(&process.name, Phase::Failed, &process.reason));
        let log_file = self.state.log(&process.name);
        Error::NotReady {
            process: process.name.clone(),
            after,
            reason: process.reason.clone(),
            alive,
            log: state::tail(&log_file, LOG_LINES),
            log_file,
        }
    }
}

/// Signs that a process is at work before it is ready: its log grows, or its answer changes.
#[derive(Default)]
struct SignsOfLife {
    /// By process: its last sign, and when that was new.
    seen: BTreeMap<String, (String, u64, Instant)>,
}

impl SignsOfLife {
    fn look(&mut self, process: &ProcessState, state: &StateDir) {
        let log = state.log(&process.name);
        let size = log.metadata().map_or(0, |meta| meta.len());
        let now = Instant::now();
        let seen = self.seen.entry(process.name.clone());
        let (reason, length, since) = seen.or_insert_with(|| (String::new(), 0, now));
        if *reason != process.reason || *length != size {
            (*reason, *length, *since) = (process.reason.clone(), size, now);
        }
    }

    /// Whether `process` has lately shown one.
    fn of(&self, process: &str) -> bool {
        let seen = self.seen.get(process);
        seen.is_some_and(|(_, _, since)| since.elapsed() < SILENCE)
    }
}

/// The process called `name` and all that it waits for.
fn with_causes(name: &str, states: &[ProcessState]) -> Vec<ProcessState> {
    let mut names = vec![name.to_owned()];
    let mut found: Vec<ProcessState> = Vec::new();
    while let Some(name) = names.pop() {
        let new = !found.iter().any(|state| state.name == name);
        if let Some(state) = states.iter().find(|state| state.name == name && new) {
            names.extend(state.waits_for.iter().cloned());
            found.push(state.clone());
        }
    }
    found
}

/// The process that keeps the others from being ready: one that ends again and again, else one that
/// waits for none. `states` are in the order of their start; none when all are ready.
fn first_cause(states: &[ProcessState]) -> Option<&ProcessState> {
    let missing = states.iter().filter(|state| !state.ready);
    missing.min_by_key(|state| (state.failures < FAILURES, !state.waits_for.is_empty()))
}

/// Reports `state` if it is news.
fn tell(state: &ProcessState, told: &mut BTreeMap<String, String>, report: &Report) {
    let phase = match (state.ready, state.pid) {
        (true, _) => Phase::Ready,
        (false, Some(_)) => Phase::Waiting,
        (false, None) => Phase::Starting,
    };
    let news = format!("{phase:?} {}", state.reason);
    if told.get(&state.name) != Some(&news) {
        told.insert(state.name.clone(), news);
        report(Progress::new(&state.name, phase, &state.reason));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(name: &str, failures: u32, waits_for: &[&str]) -> ProcessState {
        ProcessState {
            name: name.into(),
            pid: None,
            ready: false,
            reason: String::new(),
            restarts: failures,
            failures,
            waits_for: waits_for.iter().map(|name| (*name).into()).collect(),
        }
    }

    fn cause(states: &[ProcessState]) -> Option<&str> {
        first_cause(states).map(|state| state.name.as_str())
    }

    #[test]
    fn what_ends_again_and_again_is_the_cause_and_not_what_waits_for_it() {
        let proxy = process("kube-proxy", 0, &[]);
        let kubelet = process("kubelet", FAILURES, &[]);
        assert_eq!(cause(&[proxy, kubelet]), Some("kubelet"));
    }

    #[test]
    fn what_waits_for_another_is_not_the_cause() {
        let api = process("kube-apiserver", 0, &["etcd"]);
        let etcd = process("etcd", 0, &[]);
        assert_eq!(cause(&[api, etcd]), Some("etcd"));
        let ready = ProcessState {
            ready: true,
            ..process("etcd", 0, &[])
        };
        assert_eq!(cause(&[ready]), None);
    }

    #[test]
    fn a_process_is_looked_at_with_all_that_it_waits_for() {
        let states = [
            process("scheduler", 0, &["kube-apiserver"]),
            process("kube-apiserver", 0, &["etcd"]),
            process("etcd", 3, &[]),
            process("containerd", 3, &[]),
        ];
        let found = with_causes("scheduler", &states);
        let names: Vec<_> = found.iter().map(|state| state.name.as_str()).collect();
        assert_eq!(names, ["scheduler", "kube-apiserver", "etcd"]);
    }

    #[test]
    fn a_process_whose_log_grows_is_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        std::fs::create_dir(state.logs()).unwrap();
        let process = process("kube-apiserver", 0, &[]);
        let mut signs = SignsOfLife::default();
        assert!(!signs.of(&process.name));
        let long_ago = Instant::now().checked_sub(SILENCE).unwrap();
        let silent = (String::new(), 0, long_ago);
        signs.seen.insert(process.name.clone(), silent);
        signs.look(&process, &state);
        assert!(!signs.of(&process.name));
        std::fs::write(state.log(&process.name), "a line\n").unwrap();
        signs.look(&process, &state);
        assert!(signs.of(&process.name));
    }
}
