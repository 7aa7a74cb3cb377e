//! `deploy` in a checkout of Groundwork: the platform as the files are, or as it was before.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use groundwork_contract::Stack;
use groundwork_process::exec::Command;

use crate::{
    changes::Changes,
    cli::{Global, service::Deploy},
    failure::{Exit, Failure},
    gcroot, output,
    progress::Display,
    service::build,
};

/// The flake's output with the launcher and its stack.
const OUTPUT: &str = "groundwork";
/// The folder that makes a checkout one of Groundwork.
const MARK: &str = "nix/stack";

/// A launcher and the stack that it brings up.
struct Platform {
    launcher: PathBuf,
    manifest: PathBuf,
}

/// Whether `folder` is a checkout of Groundwork.
pub fn is_in(folder: &Path) -> bool {
    folder.join(MARK).is_dir()
}

/// Brings up what the checkout in `folder` says; where that does not become ready, what ran before.
///
/// # Errors
/// When it does not build, and when neither becomes ready.
pub fn deploy(global: &Global, arguments: &Deploy, folder: &Path) -> anyhow::Result<ExitCode> {
    let built = {
        let display = Display::start();
        build::output(folder, OUTPUT, &display.report())?
    };
    let new = Platform {
        launcher: built.join("bin/groundwork"),
        manifest: built.join("share/stack.json"),
    };
    // NB: `up` makes the new one the one that is protected, so what runs is asked for before.
    let before = gcroot::protected(&global.state_dir).map(|(stack, launcher)| Platform {
        launcher: launcher.join("bin/groundwork"),
        manifest: stack.join("stack.json"),
    });
    if let Some(before) = &before {
        if let Ok(running) = Stack::read(&before.manifest) {
            let changes = Changes::between(&running, &Stack::read(&new.manifest)?);
            changes.lines().iter().for_each(output::note);
        }
    }
    let Err(code) = up(global, &new, arguments.timeout, arguments.json)? else {
        return Ok(Exit::Done.into());
    };
    let Some(before) = before else {
        return Ok(code.into());
    };
    output::note("this does not become ready: what ran before comes back");
    // How long the new one may take says nothing about the way back.
    match up(global, &before, None, arguments.json)? {
        Ok(()) => Err(
            Failure::stack("the deployment failed, and what ran before runs again")
                .hint("the reason stands above; `groundwork deploy` tries again")
                .into(),
        ),
        Err(_) => Err(Failure::stack(
            "the deployment failed, and what ran before does not become ready either",
        )
        .hint("groundwork status; groundwork doctor")
        .into()),
    }
}

/// Runs its `up`; the code of one that fails is inside.
fn up(
    global: &Global,
    platform: &Platform,
    timeout: Option<u64>,
    json: bool,
) -> anyhow::Result<Result<(), u8>> {
    let mut up = Command::new(&platform.launcher)
        .arg("up")
        .arg("--stack")
        .arg(&platform.manifest)
        .arg("--state-dir")
        .arg(&global.state_dir);
    if let Some(seconds) = timeout {
        up = up.args(["--timeout", &seconds.to_string()]);
    }
    if json {
        up = up.arg("--json");
    }
    Ok(match up.interact()? {
        0 => Ok(()),
        code => Err(code),
    })
}
