//! `doctor`: shows the checks; exit 1 when `up` cannot work.

use std::process::ExitCode;

use groundwork_node::StateDir;
use serde::Serialize;

use crate::{
    cli::Global,
    doctor::{self, Check, Status, Subject},
    failure::Exit,
    given, output, root,
};

#[derive(Serialize)]
struct Answer {
    checks: Vec<Check>,
    ok: bool,
}

pub fn run(global: &Global, json: bool) -> anyhow::Result<ExitCode> {
    root::ensure_if_possible(global)?;
    let stack = given::stack_if_any(global)?;
    let endpoints = match &stack {
        Some(stack) => groundwork_apply::endpoints(&stack.waves)?,
        None => Vec::new(),
    };
    let state = StateDir::new(&global.state_dir);
    let running = groundwork_node::status(&state).is_ok_and(|status| crate::state::runs(&status));
    let checks = doctor::examine(&Subject {
        state: &state,
        stack: stack.as_ref(),
        endpoints: &endpoints,
        running,
    });
    let ok = doctor::passed(&checks);
    if json {
        output::json(&Answer { checks, ok })?;
    } else {
        for line in doctor::lines(&checks) {
            output::line(line);
        }
        output::line(closing(&checks));
    }
    Ok(if ok { Exit::Done } else { Exit::Failed }.into())
}

fn closing(checks: &[Check]) -> String {
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    match (count(Status::Fail), count(Status::Warn)) {
        (0, 0) => "`groundwork up` can work here".into(),
        (0, warnings) => format!("`groundwork up` can work here, with {warnings} restriction(s)"),
        (failures, _) => format!("`groundwork up` cannot work here: {failures} to put right"),
    }
}
