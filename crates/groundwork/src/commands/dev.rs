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
    service::{about::About, watch::Sources},
};

/// Between two looks at the files; an editor's save may be several changes, and the last look has all of them.
const EVERY: Duration = Duration::from_millis(200);

/// The port of debugpy, on the pod's loopback (nix/lib/service/fastapi.nix) and on this machine's.
const DEBUGGER: &str = "5678";
/// The namespace of services.
const NAMESPACE: &str = "services";

/// A folder with what was deployed of it.
struct Watched {
    folder: PathBuf,
    deployed: Option<Sources>,
}

pub fn run(global: &Global, arguments: &Dev) -> anyhow::Result<ExitCode> {
    let folders = arguments.folders.iter();
    let watched = folders.map(|folder| {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        Ok(Watched {
            folder,
            deployed: None,
        })
    });
    let mut watched = watched.collect::<anyhow::Result<Vec<_>>>()?;
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
            if again::command(global, deploy)?.interact()? == 0 {
                show_lines(global, &service.folder)?;
                if arguments.debug {
                    lead_to_debugger(global, &service.folder)?;
                }
            }
            service.deployed = Some(now);
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

/// Leads this machine's port of the debugger to the service's newest pod for as long as that is there.
fn lead_to_debugger(global: &Global, folder: &Path) -> anyhow::Result<()> {
    let workload = format!("deployment/{}", About::read(folder)?.name);
    let forward = [
        "kubectl",
        "--namespace",
        NAMESPACE,
        "port-forward",
        &workload,
        DEBUGGER,
    ];
    let forward = again::command(global, forward.map(OsStr::new))?;
    thread::spawn(move || forward.interact());
    Ok(())
}

/// Shows the lines of the service's newest pod for as long as that is there.
fn show_lines(global: &Global, folder: &Path) -> anyhow::Result<()> {
    let name = About::read(folder)?.name;
    let logs = again::command(
        global,
        ["logs", "--follow", "--lines", "20", &name].map(OsStr::new),
    )?;
    thread::spawn(move || logs.interact());
    Ok(())
}
