//! `bench`: measures, removes what it made, and shows the figures. Never a pass or a fail.

use std::{path::Path, process::ExitCode};

use crate::{
    bench,
    cli::{
        Global,
        bench::{Bench, BenchName},
    },
    failure::Exit,
    given, output, root, table,
};

pub fn run(global: &Global, arguments: &Bench) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let outcome = match arguments.name {
        BenchName::Cluster => bench::cluster(global, &given::manifest(global)?)?,
        BenchName::Events => bench::events(global)?,
        BenchName::Observability => bench::observability(global, &given::manifest(global)?)?,
        BenchName::Pipeline => bench::pipeline(Path::new("."))?,
        BenchName::Services => bench::services(global)?,
    };
    if arguments.json {
        output::json(&outcome)?;
    } else {
        output::line(&outcome.machine);
        let rows: Vec<_> = outcome
            .figures
            .iter()
            .map(|figure| [figure.name.to_string(), figure.text()])
            .collect();
        for line in table::aligned(&rows) {
            output::line(line);
        }
    }
    Ok(Exit::Done.into())
}
