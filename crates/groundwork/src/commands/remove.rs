//! `remove`: takes a service out of the cluster again; what holds data stays, and is named.

use std::process::ExitCode;

use groundwork_apply::Owner;
use groundwork_contract::Wave;

use crate::{
    cli::{Global, service::Remove},
    failure::{Exit, Failure},
    gcroot, given, output,
    progress::Display,
    root, runtime,
    service::{
        deploy::{PATIENCE, running},
        kept,
    },
};

pub fn run(global: &Global, arguments: &Remove) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let name = &arguments.name;
    let stack = given::stack(global)?;
    let display = Display::start();
    let report = display.report();
    let applied = runtime::new()?.block_on(async {
        let (state, cluster) = running(global).await?;
        let service = cluster.service(name).await?.ok_or_else(|| {
            Failure::wrong_use(format!("no service '{name}' was deployed"))
                .hint("groundwork services")
        })?;
        let kept = kept::lines(&state, &stack, name, service.folders().next()).await?;
        let then = async |_: &Wave| Ok::<_, groundwork_apply::Error>(());
        let owner = Owner::Service(name.clone());
        let applied = cluster.apply(&owner, &[], &report, PATIENCE, then).await?;
        groundwork_node::load_service(&state, name, None, &report)?;
        cluster.forget(name).await?;
        anyhow::Ok((applied.pruned, kept))
    });
    drop(display);
    let (removed, kept) = applied?;
    gcroot::keep(&global.state_dir, name, std::iter::empty())?;
    output::line(format!("{name} is removed: {removed} objects"));
    output::lines(kept);
    Ok(Exit::Done.into())
}
