//! `service check`: whether a service follows the structure of all services.

use std::process::ExitCode;

use serde::Serialize;

use crate::{
    cli::{
        Global,
        service::{Service, ServiceCommand},
    },
    failure::Exit,
    given, output,
    service::check::{self, Check},
};

/// The answer of `service check --json`.
#[derive(Serialize)]
struct Answer {
    passed: usize,
    failed: usize,
    checks: Vec<Check>,
}

pub fn run(global: &Global, arguments: &Service) -> anyhow::Result<ExitCode> {
    let ServiceCommand::Check { folder, json } = &arguments.command;
    let stack = given::stack(global)?;
    let checks = check::all(folder, &stack)?;
    let failed = checks.iter().filter(|check| !check.passed).count();
    let answer = Answer {
        passed: checks.len() - failed,
        failed,
        checks,
    };
    if *json {
        output::json(&answer)?;
    } else {
        for check in &answer.checks {
            output::line(line(check));
        }
        output::line(format!("{} passed, {failed} failed", answer.passed));
    }
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    }
    .into())
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
