//! `destroy`: removes everything, the data too.

use std::process::ExitCode;

use crate::{
    boot,
    cli::{Destroy, Global},
    doctor,
    failure::Exit,
    gcroot, given,
    lock::Lock,
    output,
    progress::Display,
    root,
};

pub fn run(global: &Global, arguments: &Destroy) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let state = given::state_dir(global)?;
    if doctor::is_vacant(&state) && !global.state_dir.exists() {
        boot::disable(&global.state_dir)?;
        gcroot::release(&global.state_dir)?;
        output::line("nothing is there");
        return Ok(Exit::Done.into());
    }
    if !arguments.yes {
        let question = format!(
            "This removes the cluster and all its data in {}.",
            global.state_dir.display()
        );
        output::confirm(
            &question,
            "destroy removes all data",
            "groundwork destroy --yes",
        )?;
    }
    let display = Display::start();
    let report = display.report();
    let lock = Lock::take(&global.state_dir, "destroy", &report)?;
    boot::disable(&global.state_dir)?;
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
