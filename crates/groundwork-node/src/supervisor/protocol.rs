//! What the supervisor can be asked, one JSON line each way on a Unix socket.

use std::{
    io::{self, BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::mpsc::{Sender, channel},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::state::StateDir;

/// The supervisor answers from memory; one that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the supervisor can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// How is it?
    Status,
    /// The processes that shall run have been written anew.
    Apply,
    /// End, and leave the processes alone.
    Quit,
}

/// What it answers to each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its process id.
    pub pid: u32,
    /// Its processes.
    pub processes: Vec<ProcessState>,
    /// Why it could not do what was asked.
    pub error: Option<String>,
}

/// The state of one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessState {
    /// Its name.
    pub name: String,
    /// Its process id while it runs.
    pub pid: Option<u32>,
    /// Answers its probe.
    pub ready: bool,
    /// Why it is not ready; empty when it is.
    pub reason: String,
    /// Unplanned ends since the first start.
    pub restarts: u32,
    // A supervisor of an earlier release tells neither of these; it is asked before it is replaced.
    /// Unplanned ends in a row, since it last was ready for long or since `up` last asked for it.
    #[serde(default)]
    pub failures: u32,
    /// The processes that it waits for before it is started.
    #[serde(default)]
    pub waits_for: Vec<String>,
}

/// Asks the supervisor. An error means that there is none, or that it hangs.
pub fn ask(state: &StateDir, request: &Request) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(state.supervisor_socket())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    send(&mut stream, request)?;
    receive(&stream)
}

/// Answers on `listener`: each request goes to `inbox` with the way back.
pub fn serve<M: Send + 'static>(
    listener: UnixListener,
    inbox: Sender<M>,
    message: fn(Request, Sender<Answer>) -> M,
) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let inbox = inbox.clone();
            thread::spawn(move || {
                if let Err(error) = answer(stream, &inbox, message) {
                    tracing::warn!("a client went away: {error}");
                }
            });
        }
    });
}

fn answer<M>(
    mut stream: UnixStream,
    inbox: &Sender<M>,
    message: fn(Request, Sender<Answer>) -> M,
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (back, answers) = channel();
    let gone = |_| io::Error::other("the supervisor is ending");
    inbox
        .send(message(receive(&stream)?, back))
        .map_err(|_| io::Error::other("the supervisor is ending"))?;
    send(&mut stream, &answers.recv().map_err(gone)?)
}

fn send(stream: &mut UnixStream, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line)
}

fn receive<T: for<'a> Deserialize<'a>>(stream: &UnixStream) -> io::Result<T> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
