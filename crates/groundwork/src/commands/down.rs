//! `down`: stops everything and keeps the data.

use std::process::ExitCode;

use crate::{boot, cli::Global, failure::Exit, given, lock::Lock, output, progress::Display, root};

pub fn run(global: &Global) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = given::state_dir(global)?;
    if !global.state_dir.exists() {
        output::line("nothing runs");
        return Ok(Exit::Done.into());
    }
    let display = Display::start();
    let report = display.report();
    let _lock = Lock::take(&global.state_dir, "down", &report)?;
    boot::disable(&global.state_dir)?;
    groundwork_node::down(&state, &report)?;
    drop(display);
    output::line("stopped; `groundwork up` goes on with the same data");
    Ok(Exit::Done.into())
}
