//! `deploy`: builds a service, brings it into the cluster, and says where it answers; in Groundwork's own checkout, the platform.

mod platform;

use std::{
    ffi::OsString,
    fs,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use groundwork_apply::Endpoint;
use groundwork_contract::Deployment;
use serde::Serialize;

use crate::{
    cli::{Global, service::Deploy},
    failure::Exit,
    output,
    progress::Display,
    root, runtime,
    service::{build, database, deploy},
    state,
};

/// The answer of `deploy --json` and `rollback --json`.
#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    version: &'a str,
    image: &'a str,
    seconds: f64,
    endpoints: &'a [Endpoint],
}

pub fn run(global: &Global, arguments: &Deploy) -> anyhow::Result<ExitCode> {
    let clock = Instant::now();
    if let Some(folder) = fs::canonicalize(&arguments.folder)
        .ok()
        .filter(|it| platform::is_in(it))
    {
        return platform::deploy(global, arguments, &folder);
    }
    // By the person: their Nix, their Git and their folder. A build by root would leave files of root there.
    let folder = {
        let display = Display::start();
        build::build(&arguments.folder, arguments.debug, &display.report())?
    };
    root::ensure_as(global, of_built(arguments, &folder))?;
    let timeout = arguments.timeout.map(Duration::from_secs);
    bring(global, &folder, timeout, clock, arguments.json)
}

/// The same command for what is built already.
fn of_built(arguments: &Deploy, folder: &Path) -> Vec<OsString> {
    let mut given = vec!["deploy".into(), folder.into()];
    if let Some(seconds) = arguments.timeout {
        given.extend(["--timeout".into(), seconds.to_string().into()]);
    }
    if arguments.json {
        given.push("--json".into());
    }
    given
}

/// Brings in what is built in `folder`, and tells it.
pub fn bring(
    global: &Global,
    folder: &Path,
    timeout: Option<Duration>,
    clock: Instant,
    json: bool,
) -> anyhow::Result<ExitCode> {
    database::turn_on(global, &Deployment::read(folder)?)?;
    let display = Display::start();
    let brought =
        runtime::new()?.block_on(deploy::bring(global, folder, timeout, &display.report()));
    drop(display);
    let deploy::Brought {
        deployment,
        endpoints,
    } = brought?;
    let seconds = clock.elapsed().as_secs_f64();
    if json {
        output::json(&Answer {
            name: &deployment.name,
            version: &deployment.version,
            image: &deployment.image.reference,
            seconds,
            endpoints: &endpoints,
        })?;
    } else {
        output::lines(state::endpoint_lines(&endpoints));
        output::line(format!(
            "{} {} answers after {seconds:.1} s",
            deployment.name, deployment.version
        ));
    }
    Ok(Exit::Done.into())
}
