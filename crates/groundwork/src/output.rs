//! The only home of standard output and standard error.
//!
//! Answers go to standard output; progress, notes and errors go to standard error, so that
//! `--json` and pipes see answers alone.

use std::{
    io::{self, IsTerminal, Write},
    process,
};

use serde::Serialize;

use crate::failure::Failure;

/// Writes one line of an answer.
pub fn line(text: impl AsRef<str>) {
    write(&mut io::stdout().lock(), text.as_ref());
}

/// Writes several.
pub fn lines(lines: Vec<String>) {
    lines.iter().for_each(line);
}

/// Writes an answer for a program.
///
/// # Errors
/// When `answer` cannot be written as JSON.
pub fn json(answer: &impl Serialize) -> serde_json::Result<()> {
    line(serde_json::to_string_pretty(answer)?);
    Ok(())
}

/// Writes bytes of somebody else's, such as logs, as they are.
pub fn raw(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    stop_without_reader(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Writes a record as a line, at once, as a reader of a pipe wants it.
///
/// # Errors
/// When it cannot be written: a record must not be lost in silence. A reader that has gone is the
/// caller's to judge.
pub fn record(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes one line to the person who watches.
pub fn note(text: impl AsRef<str>) {
    write(&mut io::stderr().lock(), text.as_ref());
}

/// Asks the person at the terminal; `None` without a terminal.
pub fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let mut err = io::stderr().lock();
    write!(err, "{question} ").and_then(|()| err.flush()).ok()?;
    drop(err);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).ok()?;
    Some(answer.trim().to_owned())
}

/// Asks before something is lost: `question` says what, `alone` the same where there is no
/// terminal, and `again` is the command that goes on without asking.
///
/// # Errors
/// Unless the answer is yes.
pub fn confirm(question: &str, alone: &str, again: &str) -> Result<(), Failure> {
    match ask(&format!("{question} Type yes to go on:")) {
        Some(answer) if answer == "yes" => Ok(()),
        Some(_) => Err(Failure::stack("nothing was removed")),
        None => Err(Failure::wrong_use(format!("{alone}, and there is nobody to ask")).hint(again)),
    }
}

fn write(out: &mut impl Write, text: &str) {
    // At once: where both streams go to one file, the other's line may come between two writes.
    stop_without_reader(out.write_all(format!("{text}\n").as_bytes()));
}

/// The reader is gone (`… | head`): that ends the program with success.
fn stop_without_reader(written: io::Result<()>) {
    if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        process::exit(0);
    }
}
