//! `rollback`: brings a service's last good deployment back.

use std::{process::ExitCode, time::Instant};

use crate::{
    cli::{Global, service::Rollback},
    commands::deploy,
    failure::Failure,
    output, root, runtime,
    service::deploy::running,
};

pub fn run(global: &Global, arguments: &Rollback) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let clock = Instant::now();
    let name = &arguments.name;
    let service = runtime::new()?.block_on(async {
        let (_, cluster) = running(global).await?;
        anyhow::Ok(cluster.service(name).await?)
    })?;
    let service = service.ok_or_else(|| {
        Failure::wrong_use(format!("no service '{name}' was deployed")).hint("groundwork services")
    })?;
    let good = service.last_good().ok_or_else(|| {
        Failure::stack(format!("{name} has no other deployment that became ready"))
            .hint("mend it and deploy it again")
    })?;
    let at = good.at.strftime("%F %T UTC");
    output::note(format!("{name} goes back to {} of {at}", good.version));
    deploy::bring(global, &good.folder, None, clock, arguments.json)
}
