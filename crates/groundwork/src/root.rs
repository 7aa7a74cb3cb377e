//! Becoming root: a node needs it, and its files are root's alone.

use std::{env, ffi::OsString};

use anyhow::Context;
use groundwork_process::exec::Command;

use crate::{cli::Global, failure::Failure, output};

/// Goes on as root: returns when this process is root, otherwise becomes the same command through
/// sudo, saying so.
///
/// # Errors
/// When there is no sudo or it cannot be started.
pub fn ensure(global: &Global) -> anyhow::Result<()> {
    ensure_as(global, env::args_os().skip(1))
}

/// As [`ensure`], but becomes the command of the arguments `given` instead.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_as(global: &Global, given: impl IntoIterator<Item = OsString>) -> anyhow::Result<()> {
    if is_root() {
        return Ok(());
    }
    let sudo = which::which("sudo").map_err(|_| {
        Failure::machine("a node needs root, and there is no sudo")
            .hint("run it as root, or install sudo")
    })?;
    output::note("groundwork needs root; going on through sudo");
    let program = env::current_exe().context("cannot find this program's own file")?;
    let command = Command::new(sudo)
        .arg("--")
        .arg(program)
        .args(arguments(global, given.into_iter()));
    Err(command.exec().into())
}

/// As [`ensure`], but goes on as an ordinary user where there is no sudo.
///
/// # Errors
/// When sudo cannot be started.
pub fn ensure_if_possible(global: &Global) -> anyhow::Result<()> {
    if which::which("sudo").is_ok() {
        return ensure(global);
    }
    Ok(())
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// sudo drops the environment, so what came from there has to become arguments; those that were
/// given come later and win.
fn arguments(global: &Global, given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = vec!["--state-dir".into(), global.state_dir.clone().into()];
    if let Some(stack) = &global.stack {
        arguments.extend(["--stack".into(), stack.clone().into()]);
    }
    arguments.extend(given);
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_the_environment_gets_through_sudo() {
        let global = Global {
            state_dir: "/var/lib/x".into(),
            stack: Some("/stack.json".into()),
        };
        let given = ["up", "--json"].map(OsString::from);
        assert_eq!(
            arguments(&global, given.into_iter()),
            [
                "--state-dir",
                "/var/lib/x",
                "--stack",
                "/stack.json",
                "up",
                "--json"
            ]
        );
    }
}
