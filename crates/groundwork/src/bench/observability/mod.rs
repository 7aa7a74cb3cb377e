//! `bench observability`: what metrics, logs and traces cost, how much they take without loss, and
//! how soon they answer.
//!
//! It measures the stack that runs. Where none does, it starts one of its own as `bench cluster`
//! does, measures that start too, and removes it again.

use std::{env, path::Path};

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_contract::{Phase, Progress, Stack};
use groundwork_node::StateDir;
use groundwork_signals::writers::remove_namespace;

use super::{
    cluster::{Bench, SETTLING, temporary},
    figure::{Figure, Outcome, machine},
    rest::rest,
    stage::{interruptible, stage},
};
use crate::{cli::Global, doctor::machine_node, failure::Failure, progress::Display};

mod load;
mod queries;
mod running;
mod start;
mod usage;

use load::Loads;
use running::{MINUTE, NAME, Running};
use usage::Meter;

/// Measures the stack in the state directory, or a new one from `manifest`.
///
/// # Errors
/// When another node runs on this machine, when a part of the stack does not answer, or on Ctrl-C.
pub fn observability(global: &Global, manifest: &Path) -> anyhow::Result<Outcome> {
    let runs = runs(&global.state_dir)?;
    let display = Display::start();
    let report = display.report();
    let stack = Stack::read(manifest)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = if runs {
        let running = Running::new(global.state_dir.clone(), stack);
        let measured = runtime.block_on(interruptible(measure(&running, &report)));
        let tidied = runtime.block_on(tidy(&running));
        let figures = measured?;
        tidied.context("what was made for measuring could not be removed")?;
        figures
    } else {
        let bench = Bench {
            launcher: env::current_exe().context("cannot find this program's own file")?,
            manifest: manifest.into(),
            state_dir: temporary(&global.state_dir)?,
            report: &report,
        };
        let running = Running::new(bench.state_dir.clone(), stack);
        let measured = runtime.block_on(interruptible(async {
            let mut figures = start::measure(&bench, &running).await?;
            report(Progress::new("idle", Phase::Waiting, "for two minutes"));
            rest(SETTLING).await;
            figures.extend(measure(&running, &report).await?);
            anyhow::Ok(figures)
        }));
        let removed = bench.step("removing it", || bench.launch(["destroy", "--yes"]));
        let figures = measured?;
        removed.with_context(|| format!("{} could not be removed", bench.state_dir.display()))?;
        figures
    };
    Ok(Outcome {
        bench: "observability",
        machine: machine(),
        figures,
    })
}

/// Whether the node of `state_dir` is the one that runs; a machine has room for one.
fn runs(state_dir: &Path) -> Result<bool, Failure> {
    let node = machine_node(&StateDir::new(state_dir)).filter(|node| node.runs);
    match node {
        None => Ok(false),
        Some(node) if node.state_dir == state_dir => Ok(true),
        Some(node) => Err(
            Failure::machine(format!("this machine {}", node.describe())).hint(format!(
                "measure that one: groundwork bench observability --state-dir {}",
                node.state_dir.display()
            )),
        ),
    }
}

/// At rest, under load, and asked.
async fn measure(running: &Running, report: &impl Fn(Progress)) -> anyhow::Result<Vec<Figure>> {
    let meter = Meter::new(&running.state, &running.stack)?;
    let idle = stage(report, "at rest for a minute", meter.over(MINUTE)).await?;
    let loads = Loads::new(running).await?;
    let of_lines = stage(report, "20,000 lines/s", loads.lines()).await?;
    let of_spans = stage(report, "5,000 spans/s", loads.spans()).await?;
    let mut figures = meter.figures(&idle, &of_lines.usage.max(&of_spans.usage))?;
    figures.extend(of_lines.figures);
    figures.extend(of_spans.figures);
    let of_logs = stage(report, "queries of lines", queries::of_logs(running));
    figures.extend(of_logs.await?);
    let of_metrics = stage(report, "queries of metrics", queries::of_metrics(running));
    figures.extend(of_metrics.await?);
    Ok(figures)
}

/// Removes what was made for measuring, also after a failure.
async fn tidy(running: &Running) -> anyhow::Result<()> {
    let cluster = Cluster::connect(&running.state.kubeconfig()).await?;
    Ok(remove_namespace(&cluster, NAME).await?)
}
