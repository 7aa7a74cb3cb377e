//! `ci`: runs a flake's pipeline as CI does; exit 1 when a step failed.

use std::{
    env,
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;

use crate::{
    ci::{Asked, Report, run as run_pipeline},
    cli::ci::Ci,
    failure::{Exit, Failure},
    output,
    progress::Display,
    runtime,
};

/// Where GitHub's runner shows Markdown on the run's page.
const PAGE: &str = "GITHUB_STEP_SUMMARY";

pub fn run(arguments: &Ci) -> anyhow::Result<ExitCode> {
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let logs = match &arguments.report {
        Some(folder) => {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            // Steps run in another folder.
            fs::canonicalize(folder)?
        }
        None => temporary.path().to_owned(),
    };
    let display = Display::start();
    let report = runtime::new()?.block_on(run_pipeline(
        &Asked {
            folder: &arguments.folder,
            stages: &arguments.stages,
            nightly: arguments.nightly,
            registry: arguments.push.as_deref(),
            since: arguments.since.as_deref(),
            logs: &logs,
            receipts: cache()?.join("groundwork/ci"),
        },
        &display.report(),
    ));
    drop(display);
    let report = report?;
    for (ran, words) in report.failures() {
        output::note(format!("\n{} / {}:\n{words}", ran.stage, ran.step));
    }
    if let Some(folder) = &arguments.report {
        report.write(folder)?;
    }
    if let Some(page) = env::var_os(PAGE) {
        show(&report, Path::new(&page))?;
    }
    if arguments.json {
        output::json(&report.summary())?;
    } else {
        output::lines(report.lines());
    }
    Ok(match report.failures().next() {
        None => Exit::Done,
        Some(_) => Exit::Failed,
    }
    .into())
}

/// This person's folder of what can be made again.
fn cache() -> anyhow::Result<PathBuf> {
    let given = |name| {
        env::var_os(name)
            .filter(|it| !it.is_empty())
            .map(PathBuf::from)
    };
    given("XDG_CACHE_HOME")
        .or_else(|| Some(given("HOME")?.join(".cache")))
        .ok_or_else(|| {
            Failure::machine("there is no home folder, in which is kept what has passed")
                .hint("set HOME")
                .into()
        })
}

fn show(report: &Report, page: &Path) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(page)?;
    Ok(file.write_all(report.markdown().as_bytes())?)
}
