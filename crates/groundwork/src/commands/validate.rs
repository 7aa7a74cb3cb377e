//! `validate`: the requirements as checks on the running stack; exit 1 when one failed.

use std::{env, fs, path::Path, process::ExitCode};

use anyhow::Context as _;
use groundwork_validate::{Context, Event, junit, keep, line, requirements, summary};

use crate::{
    cli::{Global, Validate},
    failure::{Exit, Failure},
    given, output, root, runtime,
    state::runs,
};

pub fn run(global: &Global, arguments: &Validate) -> anyhow::Result<ExitCode> {
    known(&arguments.requirements, &requirements())?;
    root::ensure(global)?;
    let context = Context {
        stack: given::stack(global)?,
        stack_file: given::manifest(global)?,
        state: given::state_dir(global)?,
        launcher: env::current_exe().context("cannot find this program's own file")?,
        judges_speed: !arguments.without_speed,
    };
    if !runs(&groundwork_node::status(&context.state)?) {
        return Err(Failure::stack("nothing runs that could be checked")
            .hint("groundwork up")
            .into());
    }
    let json = arguments.json;
    let observe = |event: Event<'_>| match event {
        Event::LeftOut(check) => output::note(format!(
            "left  {}  {} (speed)",
            check.requirement, check.name
        )),
        Event::Started(check) => {
            output::note(format!("…     {}  {}", check.requirement, check.name));
        }
        Event::Ended(result) if json => output::note(line(result)),
        Event::Ended(result) => output::line(line(result)),
    };
    let outcome = runtime::new()?.block_on(groundwork_validate::run(
        &context,
        &arguments.requirements,
        arguments.disruptive,
        &observe,
    ));
    if let Err(error) = runtime::new()?.block_on(keep(&context, &outcome)) {
        output::note(format!("the console does not show this result: {error}"));
    }
    if json {
        output::json(&outcome)?;
    } else {
        output::line(summary(&outcome));
    }
    if let Some(file) = &arguments.junit {
        write(file, &junit(&outcome)?)?;
    }
    Ok(match outcome.failed {
        0 => Exit::Done,
        _ => Exit::Failed,
    }
    .into())
}

/// Refuses a requirement that nobody has checks for: it would pass without being looked at.
fn known(asked: &[String], known: &[&str]) -> Result<(), Failure> {
    match asked
        .iter()
        .find(|name| !known.iter().any(|known| name.eq_ignore_ascii_case(known)))
    {
        None => Ok(()),
        Some(name) => Err(Failure::wrong_use(format!(
            "there are no checks of a requirement '{name}'"
        ))
        .hint(format!("there are checks of {}", known.join(", ")))),
    }
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_requirement_is_refused_and_the_known_ones_are_named() {
        known(&["req-0.1".into()], &["REQ-0.1"]).unwrap();
        let error = known(&["REQ-7".into()], &["REQ-0.1", "REQ-0.2"]).unwrap_err();
        assert_eq!(error.remedy(), Some("there are checks of REQ-0.1, REQ-0.2"));
    }
}
