//! `service`: whether a service follows the structure of all services, and how it comes to follow a newer one.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context;
use groundwork_process::exec::Command;
use serde::Serialize;

use super::kubectl;
use crate::{
    cli::{
        Global,
        service::{Service, ServiceCommand},
    },
    failure::{Exit, Failure},
    given, output, root, runtime,
    service::{
        about::About,
        check::{self, Check},
        debugger,
        deploy::running,
        surroundings,
        update::{Change, Updated, update},
    },
};

/// The answer of `service check --json`.
#[derive(Serialize)]
struct Answer {
    passed: usize,
    failed: usize,
    checks: Vec<Check>,
}

pub fn run(global: &Global, arguments: &Service) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        ServiceCommand::Check { folder, live, json } => check(global, folder, *live, *json),
        ServiceCommand::Update { folder } => bring_up_to_date(global, folder),
        ServiceCommand::Debugger { folder, port } => lead_to_debugger(global, folder, *port),
        ServiceCommand::Surroundings { folder } => show_surroundings(global, folder),
    }
}

fn check(global: &Global, folder: &Path, live: bool, json: bool) -> anyhow::Result<ExitCode> {
    if live {
        root::ensure(global)?;
    }
    let stack = given::stack(global)?;
    let mut checks = check::all(folder, &stack)?;
    if live {
        let name = About::read(folder)?.name;
        let of_running = runtime::new()?.block_on(async {
            let (_, cluster) = running(global).await?;
            check::live(&name, &cluster).await
        });
        checks.extend(of_running?);
    }
    let failed = checks.iter().filter(|check| !check.passed).count();
    let answer = Answer {
        passed: checks.len() - failed,
        failed,
        checks,
    };
    if json {
        output::json(&answer)?;
    } else {
        for check in &answer.checks {
            output::line(line(check));
        }
        output::line(format!("{} passed, {failed} failed", answer.passed));
    }
    Ok(match failed {
        0 => Exit::Done.into(),
        _ => Exit::Failed.into(),
    })
}

fn line(check: &Check) -> String {
    let Check {
        name,
        passed,
        found,
        fix,
    } = check;
    match passed {
        true => format!("passed  {name}"),
        false => format!("failed  {name}\n        {found}\n        hint: {fix}"),
    }
}

fn bring_up_to_date(global: &Global, folder: &Path) -> anyhow::Result<ExitCode> {
    let stack = given::stack(global)?;
    let name = About::read(folder)?.name;
    refuse_unsaved(folder)?;
    let Updated {
        versions: (before, after),
        files,
    } = update(folder, &stack.templates)?;
    for (path, change) in &files {
        let path = path.display();
        output::line(match change {
            Change::Taken => format!("taken     {path}"),
            Change::Merged => format!("merged    {path}"),
            Change::Conflict => format!("conflict  {path}"),
            Change::Removed => format!("removed   {path}"),
            Change::Left(why) => format!("left      {path}: {why}"),
        });
    }
    let conflicts = files
        .iter()
        .filter(|(_, it)| *it == Change::Conflict)
        .count();
    match (files.len(), conflicts) {
        (0, _) => output::line(format!("{name} follows version {after} of its template")),
        (count, 0) => output::line(format!(
            "{name} follows version {after} of its template now, not {before}; files: {count}; `git diff` shows them"
        )),
        (_, conflicts) => {
            return Err(Failure::stack(format!(
                "{conflicts} files have lines that both sides have changed"
            ))
            .hint("choose between the markers <<<<<<< and >>>>>>>; `git checkout .` takes all of it back")
            .into());
        }
    }
    Ok(Exit::Done.into())
}

/// What is not in Git could not be told from what the template brings, nor be had back.
fn refuse_unsaved(folder: &Path) -> anyhow::Result<()> {
    let git = |arguments: &[&str]| {
        let git = Command::new("git").arg("-C").arg(folder);
        git.args(arguments).read()
    };
    let changed = git(&["status", "--porcelain", "--", "."]);
    let changed = changed.context("it is not known what is in Git and what is not")?;
    match changed.lines().count() {
        0 => Ok(()),
        count => Err(Failure::wrong_use(format!(
            "{} has {count} changes that are not in Git",
            folder.display()
        ))
        .hint("git add . && git commit")
        .into()),
    }
}

fn lead_to_debugger(global: &Global, folder: &Path, port: u16) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let about = About::read(folder)?;
    let kubectl = kubectl::command(global)?;
    runtime::new()?.block_on(async {
        let (_, cluster) = running(global).await?;
        debugger::lead(&about, port, &cluster, &kubectl).await
    })?;
    Ok(Exit::Done.into())
}

fn show_surroundings(global: &Global, folder: &Path) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let folder = fs::canonicalize(folder)?;
    let stack = given::stack(global)?;
    let found = runtime::new()?.block_on(async {
        let (_, cluster) = running(global).await?;
        surroundings::of(&folder, &stack, &cluster).await
    })?;
    output::json(&found)?;
    Ok(Exit::Done.into())
}
