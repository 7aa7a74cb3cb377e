//! `destroy`: removes everything, the data too.

use std::process::ExitCode;

use crate::{
    cli::{Destroy, Global},
    doctor,
    failure::{Exit, Failure},
    gcroot,
    lock::Lock,
    output,
    progress::Display,
    root,
};

pub fn run(global: &Global, arguments: &Destroy) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = super::state_dir(global)?;
    if doctor::is_vacant(&state) && !global.state_dir.exists() {
        gcroot::release(&global.state_dir)?;
        output::line("nothing is there");
        return Ok(Exit::Done.into());
    }
    if !arguments.yes {
        confirm(global)?;
    }
    let display = Display::start();
    let report = display.report();
    let lock = Lock::take(&global.state_dir, "destroy", &report)?;
    // Looked at under the lock: another `destroy` may have come first.
    if !doctor::is_vacant(&state) {
        groundwork_node::destroy(&state, &report)?;
    }
    gcroot::release(&global.state_dir)?;
    lock.remove();
    drop(display);
    output::line("removed");
    Ok(Exit::Done.into())
}

fn confirm(global: &Global) -> Result<(), Failure> {
    let question = format!(
        "This removes the cluster and all its data in {}. Type yes to go on:",
        global.state_dir.display()
    );
    match output::ask(&question) {
        Some(answer) if answer == "yes" => Ok(()),
        Some(_) => Err(Failure::stack("nothing was removed")),
        None => Err(
            Failure::wrong_use("destroy removes all data, and there is nobody to ask")
                .hint("groundwork destroy --yes"),
        ),
    }
}
