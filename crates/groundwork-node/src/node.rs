//! The node of a stack: bring it up, wait for it, give it its images.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use groundwork_exec::wait;
use groundwork_stack::{Phase, Progress, Report, Stack};

use crate::{
    error::Error,
    images,
    machine::Machine,
    plan,
    state::{self, StateDir},
    supervisor::protocol::{ProcessState, Request, ask},
};

/// Between two questions to the supervisor.
const EVERY: Duration = Duration::from_millis(50);
/// Lines of a log that an error carries.
const LOG_LINES: usize = 12;

/// A node: where its files are, what it runs, on what machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where its files are.
    pub state: StateDir,
    /// What it runs.
    pub stack: Stack,
    /// What the machine can do.
    pub machine: Machine,
}

impl Node {
    /// Does what is left to do until the supervisor runs the processes of this stack. They may still
    /// be starting when it returns.
    ///
    /// # Errors
    /// The step that failed, naming what refused. What was done stays, and `up` goes on from there.
    pub fn up(&self, report: &Report) -> Result<(), Error> {
        plan::execute(self, report)?;
        // Also when there was nothing to do: an earlier run may have been cut off after it wrote what shall run
        // and before it said so.
        let told = ask(&self.state, &Request::Apply);
        told.map(drop)
            .map_err(|source| Error::Supervisor { source })
    }

    /// Waits until the process called `process` is ready, and reports how far it is.
    ///
    /// # Errors
    /// [`Error::NotReady`] with the end of its log when `deadline` has passed.
    pub fn wait_ready(
        &self,
        process: &str,
        deadline: Duration,
        report: &Report,
    ) -> Result<(), Error> {
        self.wait(deadline, report, |name| name == process)
    }

    /// Waits until every process is ready, the node's own readiness included, and reports how far
    /// each is.
    ///
    /// # Errors
    /// As [`wait_ready`](Self::wait_ready), about the first process that is not ready.
    pub fn wait_all_ready(&self, deadline: Duration, report: &Report) -> Result<(), Error> {
        self.wait(deadline, report, |_| true)
    }

    /// Imports the images that containerd lacks, in the stack's order, and returns how many. containerd
    /// must be ready.
    ///
    /// # Errors
    /// [`Error::Command`] when an import fails.
    pub fn load_images(&self, report: &Report) -> Result<usize, Error> {
        images::load(&self.state, &self.stack, report)
    }

    fn wait(
        &self,
        deadline: Duration,
        report: &Report,
        watched: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let begin = Instant::now();
        let mut told = BTreeMap::new();
        let mut last = None;
        let waited = wait::until("the node's processes", deadline, EVERY, || {
            let answer = ask(&self.state, &Request::Status).map_err(|error| {
                last = None;
                format!("the supervisor does not answer: {error}")
            })?;
            let watched = |state: &&ProcessState| watched(&state.name);
            let states: Vec<_> = answer.processes.iter().filter(watched).collect();
            for state in &states {
                tell(state, &mut told, report);
            }
            match states.iter().find(|state| !state.ready) {
                None if states.is_empty() => Err("it is not among the node's processes".into()),
                None => Ok(()),
                Some(state) => {
                    last = Some((*state).clone());
                    Err(state.reason.clone())
                }
            }
        });
        waited.map_err(|timed_out| match last {
            None => Error::TimedOut(timed_out),
            Some(process) => self.not_ready(&process, begin.elapsed(), report),
        })
    }

    fn not_ready(&self, process: &ProcessState, after: Duration, report: &Report) -> Error {
        report(Progress::new(&process.name, Phase::Failed, &process.reason));
        let log_file = self.state.log(&process.name);
        Error::NotReady {
            process: process.name.clone(),
            after,
            reason: process.reason.clone(),
            log: state::tail(&log_file, LOG_LINES),
            log_file,
        }
    }
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
