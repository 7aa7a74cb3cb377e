//! This program once more, with other arguments: a command that another one needs.

use std::{env, ffi::OsStr};

use anyhow::Context;
use groundwork_process::exec::Command;

use crate::cli::Global;

/// The command of these arguments, on the same state directory and stack.
///
/// # Errors
/// When this program's own file cannot be found.
pub fn command(
    global: &Global,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> anyhow::Result<Command> {
    let program = env::current_exe().context("cannot find this program's own file")?;
    // First, as `kubectl` takes all that follows it for its own.
    let mut command = Command::new(program)
        .arg("--state-dir")
        .arg(&global.state_dir);
    if let Some(stack) = &global.stack {
        command = command.arg("--stack").arg(stack);
    }
    Ok(command.args(arguments))
}
