//! `dev`: brings each change of services into the cluster, until Ctrl-C.
//!
//! Each deployment is a command of its own, so that a build that fails ends nothing, and each runs as whoever it has to.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

use anyhow::Context;

use crate::{
    again,
    cli::{Global, service::Dev},
    output,
    service::{about::About, debugger, watch::Sources},
};

/// Between two looks at the files; an editor's save may be several changes, and the last look has all of them.
const EVERY: Duration = Duration::from_millis(200);

/// Nix writes it while it builds: that is no change of the person's.
const LOCK: &str = "flake.lock";

/// A folder with what was deployed of it.
struct Watched {
    folder: PathBuf,
    deployed: Option<Sources>,
    /// Whether its lines are shown.
    shown: bool,
    /// The port of its debugger on this machine.
    debugger: u16,
}

pub fn run(global: &Global, arguments: &Dev) -> anyhow::Result<ExitCode> {
    let folders = arguments.folders.iter().zip(debugger::PORT..);
    let watched = folders.map(|(folder, debugger)| {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        Ok(Watched {
            folder,
            deployed: None,
            shown: false,
            debugger,
        })
    });
    let mut watched = watched.collect::<anyhow::Result<Vec<_>>>()?;
    let several = watched.len() > 1;
    output::note(
        "each change comes into the cluster as you save it; Ctrl-C ends this and leaves what runs",
    );
    loop {
        for service in &mut watched {
            let now = Sources::of(&service.folder);
            match &service.deployed {
                Some(before) => match now.change_since(before) {
                    None => continue,
                    Some(path) => {
                        let path = path.strip_prefix(&service.folder).unwrap_or(&path);
                        output::note(format!("\n{} has changed", path.display()));
                    }
                },
                None => output::note(format!("\n{}", service.folder.display())),
            }
            let now = settled(&service.folder, now);
            // Its error is told by itself; the next change is the next attempt.
            let mut deploy = vec![OsStr::new("deploy"), service.folder.as_os_str()];
            if arguments.debug {
                deploy.push(OsStr::new("--debug"));
            }
            if again::command(global, deploy)?.interact()? == 0 && !service.shown {
                let name = About::read(&service.folder)?.name;
                show_lines(global, &name, several)?;
                if arguments.debug {
                    lead_to_debugger(global, service)?;
                }
                service.shown = true;
            }
            service.deployed = Some(now.but(LOCK, &Sources::of(&service.folder)));
        }
        pause(EVERY);
    }
}

/// Between two looks.
#[expect(
    clippy::disallowed_methods,
    reason = "what a person changes next has no deadline"
)]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// The files once two looks see the same.
fn settled(folder: &Path, mut before: Sources) -> Sources {
    loop {
        pause(EVERY / 4);
        let now = Sources::of(folder);
        if now == before {
            return now;
        }
        before = now;
    }
}

/// Leads the port `local` of this machine to the debugger in the service's pod, through all roll-outs.
fn lead_to_debugger(global: &Global, service: &Watched) -> anyhow::Result<()> {
    let port = service.debugger.to_string();
    let words = ["service", "debugger"].map(OsStr::new).into_iter();
    let debugger = again::command(
        global,
        words.chain([service.folder.as_os_str(), port.as_ref()]),
    )?;
    output::note(format!(
        "its debugger is at 127.0.0.1:{port}; /app there is {}",
        service.folder.display()
    ));
    thread::spawn(move || debugger.interact());
    Ok(())
}

/// Shows the service's lines, through all roll-outs; of `several`, whose they are.
fn show_lines(global: &Global, name: &str, several: bool) -> anyhow::Result<()> {
    let mut words = vec!["logs", "--follow", "--lines", "20", name];
    if several {
        words.push("--prefix");
    }
    let logs = again::command(global, words)?;
    thread::spawn(move || logs.interact());
    Ok(())
}
