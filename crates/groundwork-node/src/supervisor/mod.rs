//! The supervisor: the thin driver around [`Supervision`]. It starts, signals, probes and watches,
//! keeps the records, and answers on its socket. Every decision is made in `supervision`.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{fs::OpenOptionsExt, net::UnixListener},
    },
    process::{self, Child, ExitStatus},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use groundwork_process::exec::Command;
use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::{FlockOperation, Mode, flock},
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal, umask},
};

use crate::{
    cgroup::{self, Cgroups},
    error::{Error, at, system},
    machine::Machine,
    name_servers,
    processes::{Probe, Spec},
    state::{self, StateDir},
    supervision::{Action, Event, Supervision},
};

mod images;
mod logs;
mod network;
mod probe;
pub mod protocol;
pub mod record;

use probe::Prober;
use protocol::{Answer, ProcessState, Request};
use record::Record;

/// Its name among the node's logs and cgroups.
pub const NAME: &str = "supervisor";
/// Characters of a process's last line that are told as the reason of its end.
const LINE: usize = 300;
/// Between two looks at what changes by itself: the logs' sizes, the machine's name servers.
const ROUND: Duration = Duration::from_secs(10);

/// What reaches the driver.
enum Message {
    Event(Event),
    Request(Request, Sender<Answer>),
}

struct Driver {
    state: StateDir,
    cgroups: Cgroups,
    supervision: Supervision,
    prober: Arc<Prober>,
    inbox: Sender<Message>,
    /// Handles of the running processes, by process id.
    handles: BTreeMap<u32, OwnedFd>,
}

/// Supervises the node of `state` until it is asked to quit.
///
/// # Errors
/// When another supervisor runs, or its files cannot be used.
pub fn supervise(state: &StateDir) -> Result<(), Error> {
    groundwork_process::exec::detach();
    // What pods and their users may read must not depend on who started it.
    umask(Mode::from_raw_mode(0o022));
    // Makes no folder before that: a node that is being removed must not come back.
    let _lock = lock(state)?;
    let cgroups = Cgroups::detect()?;
    let group = format!("{}/{NAME}", cgroup::NODE);
    // systemd has put it into the group of its unit, where it belongs.
    if !Machine::detect()?.systemd {
        cgroups.create(&group)?;
        cgroups.join(&group)?;
    }
    let socket = state.supervisor_socket();
    state::remove(&socket)?;
    let listener = UnixListener::bind(&socket).map_err(at("listen on", &socket))?;
    let (inbox, messages) = channel();
    protocol::serve(listener, inbox.clone(), Message::Request);
    network::watch(state.clone());
    images::keep(state.clone());
    let driver = Driver {
        state: state.clone(),
        cgroups,
        supervision: Supervision::default(),
        prober: Arc::default(),
        inbox,
        handles: BTreeMap::new(),
    };
    driver.run(&messages)
}

/// Takes the lock that says that a supervisor lives; the system frees it however it ends.
fn lock(state: &StateDir) -> Result<File, Error> {
    let path = state.supervisor_lock();
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(at("open", &path))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(system("be the supervisor: another one runs"))?;
    file.set_len(0)
        .and_then(|()| write!(file, "{}", process::id()))
        .map_err(at("write", &path))?;
    Ok(file)
}

/// The process id of the supervisor that runs, if one does.
pub fn running(state: &StateDir) -> Option<u32> {
    let path = state.supervisor_lock();
    let file = File::open(&path).ok()?;
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => None,
        Err(_) => fs::read_to_string(&path).ok()?.parse().ok(),
    }
}

impl Driver {
    fn run(mut self, messages: &Receiver<Message>) -> Result<(), Error> {
        self.adopt()?;
        self.apply()?;
        let mut next_round = Instant::now();
        loop {
            let now = Instant::now();
            let due = self.supervision.next_tick().unwrap_or(next_round);
            let pause = due.min(next_round).saturating_duration_since(now);
            match messages.recv_timeout(pause) {
                Ok(Message::Event(event)) => self.feed(event),
                Ok(Message::Request(request, back)) => {
                    let error = match request {
                        Request::Apply => self.apply().err(),
                        Request::Status | Request::Quit => None,
                    };
                    // The client may have gone; that is its business.
                    let _ = back.send(self.answer(error));
                    if request == Request::Quit {
                        tracing::info!("ends on request");
                        return self.quit();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.feed(Event::Tick),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if Instant::now() >= next_round {
                next_round = Instant::now() + ROUND;
                self.look_around();
            }
        }
    }

    fn look_around(&self) {
        let looked = [
            logs::rotate(&self.state.logs()),
            name_servers::copy(&self.state),
        ];
        for error in looked.into_iter().filter_map(Result::err) {
            tracing::warn!("{error}");
        }
    }

    /// Nothing more is answered once the socket is gone.
    fn quit(&self) -> Result<(), Error> {
        state::remove(&self.state.supervisor_socket())
    }

    /// Takes over what an earlier supervisor left running.
    fn adopt(&mut self) -> Result<(), Error> {
        for record in record::all(&self.state) {
            if !record.is_alive() {
                record::forget(&self.state, &record.spec.name)?;
                continue;
            }
            let Ok(handle) = open(record.pid) else {
                continue;
            };
            tracing::info!("adopts {} ({})", record.spec.name, record.pid);
            let name = record.spec.name.clone();
            self.watch(name, &handle, None)?;
            self.handles.insert(record.pid, handle);
            self.feed(Event::Adopted {
                spec: Box::new(record.spec),
                pid: record.pid,
                restarts: record.restarts,
            });
        }
        Ok(())
    }

    fn apply(&mut self) -> Result<(), Error> {
        // Before the kubelet's start, which reads one of them.
        name_servers::copy(&self.state)?;
        let specs: Vec<Spec> = state::read_json(&self.state.specs())?.unwrap_or_default();
        self.feed(Event::Wanted(specs));
        Ok(())
    }

    /// Takes in an event and does what follows from it, and what follows from that.
    fn feed(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            if let Event::Ended { name, reason } = &event {
                tracing::warn!("{name} has ended: {reason}");
                if let Err(error) = record::forget(&self.state, name) {
                    tracing::warn!("{error}");
                }
            }
            for action in self.supervision.on_event(event, Instant::now()) {
                events.extend(self.act(action));
            }
        }
    }

    fn act(&mut self, action: Action) -> Option<Event> {
        match action {
            Action::Start { spec, restarts } => {
                let name = spec.name.clone();
                Some(match self.start(spec, restarts) {
                    Ok(pid) => Event::Started { name, pid },
                    Err(error) => Event::Ended {
                        name,
                        reason: error.to_string(),
                    },
                })
            }
            Action::Probe { name, pid, probe } => {
                self.probe(name, pid, probe);
                None
            }
            Action::Terminate { name, pid } => {
                tracing::info!("asks {name} ({pid}) to end");
                self.signal(pid, Signal::TERM);
                None
            }
            Action::Kill { name, pid } => {
                tracing::warn!("kills {name} ({pid})");
                self.signal(pid, Signal::KILL);
                None
            }
        }
    }

    fn start(&mut self, spec: Spec, restarts: u32) -> Result<u32, Error> {
        let group = format!("{}/{}", cgroup::NODE, spec.name);
        self.cgroups.create(&group)?;
        // A supervisor that was killed between a start and its record left an unknown process.
        self.cgroups.kill(&group)?;
        let child = node_exec_command(&spec).spawn_detached(&self.state.log(&spec.name))?;
        let pid = child.id();
        tracing::info!("started {} ({pid})", spec.name);
        let name = spec.name.clone();
        let handle = open(pid)?;
        Record::of(spec, pid, restarts).save(&self.state)?;
        self.watch(name, &handle, Some(child))?;
        self.handles.insert(pid, handle);
        Ok(pid)
    }

    /// Reports the process's end. Only its parent learns how it ended.
    fn watch(&self, name: String, handle: &OwnedFd, child: Option<Child>) -> Result<(), Error> {
        let inbox = self.inbox.clone();
        let handle = handle.try_clone().map_err(system("watch a process"))?;
        let log = self.state.log(&name);
        thread::spawn(move || {
            let reason = match child {
                Some(mut child) => match child.wait() {
                    Ok(status) => told(status, &state::tail(&log, 1)),
                    Err(error) => error.to_string(),
                },
                None => {
                    let mut fds = [PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN)];
                    while poll(&mut fds, None).is_err() {}
                    "it ended".into()
                }
            };
            let _ = inbox.send(Message::Event(Event::Ended { name, reason }));
        });
        Ok(())
    }

    fn probe(&self, name: String, pid: u32, probe: Probe) {
        let (prober, inbox) = (Arc::clone(&self.prober), self.inbox.clone());
        thread::spawn(move || {
            let result = prober.probe(&probe, pid);
            let _ = inbox.send(Message::Event(Event::Probed { name, pid, result }));
        });
    }

    fn signal(&self, pid: u32, signal: Signal) {
        if let Some(handle) = self.handles.get(&pid) {
            // The process may have ended by itself; that is reported on its own.
            let _ = pidfd_send_signal(handle, signal);
        }
    }

    fn answer(&mut self, error: Option<Error>) -> Answer {
        let views = self.supervision.view();
        let pids: Vec<u32> = views.iter().filter_map(|view| view.pid).collect();
        self.handles.retain(|pid, _| pids.contains(pid));
        Answer {
            pid: process::id(),
            processes: views
                .into_iter()
                .map(|view| ProcessState {
                    name: view.name,
                    pid: view.pid,
                    ready: view.ready.is_ok(),
                    reason: view.ready.err().unwrap_or_default(),
                    restarts: view.restarts,
                    failures: view.failures,
                    waits_for: view.waits_for,
                })
                .collect(),
            error: error.map(|error| error.to_string()),
        }
    }
}

/// How a process ended. One that ended by itself has said why in its last line.
fn told(status: ExitStatus, last_line: &str) -> String {
    if status.code().is_none() || last_line.is_empty() {
        return status.to_string();
    }
    let line: String = last_line.chars().take(LINE).collect();
    format!("{status}: {line}")
}

/// The line that starts a process: our own executable joins the cgroup first, so that not a single
/// child of the process is ever outside.
fn node_exec_command(spec: &Spec) -> Command {
    let oom = spec.oom_score.map(|score| format!("--oom-score={score}"));
    let mut command = Command::new("/proc/self/exe")
        .clean_env()
        .args(["node-exec", "--cgroup", &spec.name])
        .args(oom)
        .arg("--")
        .arg(&spec.program)
        .args(&spec.args);
    for (name, value) in &spec.env {
        command = command.env(name, value);
    }
    command
}

fn open(pid: u32) -> Result<OwnedFd, Error> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.ok_or(rustix::io::Errno::SRCH)
        .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()))
        .map_err(system("watch a process"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_process_that_ended_by_itself_is_told_with_its_last_line() {
        let (ended, killed) = (ExitStatus::from_raw(1 << 8), ExitStatus::from_raw(9));
        let line = "some missing controllers: hugetlb";
        assert_eq!(
            told(ended, line),
            "exit status: 1: some missing controllers: hugetlb"
        );
        assert_eq!(told(ended, ""), "exit status: 1");
        assert_eq!(told(killed, line), "signal: 9 (SIGKILL)");
    }
}
