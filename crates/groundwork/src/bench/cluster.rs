//! `bench cluster`: start-up times, memory and idle CPU of a cluster of its own.
//!
//! It runs this launcher's own commands on a temporary state directory, as a person would, and
//! removes the cluster again in every case.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_contract::{Phase, Progress};
use groundwork_node::StateDir;
use groundwork_process::exec::Command;
use procfs::process::all_processes;

use super::{
    figure::{Figure, Outcome, machine},
    rest::rest,
};
use crate::{
    cli::Global,
    doctor::{machine_node, of_a_node},
    failure::Failure,
    progress::Display,
};

/// Idle CPU is measured at the end of this time after the last `up`, when start-up work is over.
pub(super) const SETTLING: Duration = Duration::from_secs(120);
/// For so long.
const MEASURING: Duration = Duration::from_secs(30);
/// For `hello` to answer once everything says that it is ready; it answers at once, or is broken.
const HELLO_SECONDS: &str = "30";
const HELLO_URL: &str = "http://hello.hello.svc.cluster.local/";

/// Measures a new cluster from the stack at `manifest`.
///
/// # Errors
/// When a node runs on this machine already, when a command of this launcher fails, or on Ctrl-C.
pub fn cluster(global: &Global, manifest: &Path) -> anyhow::Result<Outcome> {
    refuse_beside_another(&global.state_dir)?;
    let display = Display::start();
    let report = display.report();
    let bench = Bench {
        launcher: env::current_exe().context("cannot find this program's own file")?,
        manifest: manifest.into(),
        state_dir: temporary(&global.state_dir)?,
        report: &report,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let measured = runtime.block_on(async {
        tokio::select! {
            // First, so that Ctrl-C is caught before anything is started; the command that runs
            // then gets it too, and ends.
            biased;
            _ = tokio::signal::ctrl_c() => Err(Failure::stack("interrupted").into()),
            measured = bench.measure() => measured,
        }
    });
    let removed = bench
        .step("removing it", || bench.launch(["destroy", "--yes"]))
        .with_context(|| format!("{} could not be removed", bench.state_dir.display()));
    let figures = measured?;
    removed?;
    Ok(Outcome {
        bench: "cluster",
        machine: machine(),
        figures,
    })
}

/// A node of the benchmark's own, and how this launcher is called for it.
pub(super) struct Bench<'a, R> {
    pub(super) launcher: PathBuf,
    pub(super) manifest: PathBuf,
    pub(super) state_dir: PathBuf,
    pub(super) report: &'a R,
}

impl<R: Fn(Progress)> Bench<'_, R> {
    async fn measure(&self) -> anyhow::Result<Vec<Figure>> {
        let start = |title| self.step(title, || self.up_to_hello());
        let seconds = |name, duration: Duration| Figure::new(name, duration.as_secs_f64(), "s");

        let (from_nothing, ()) = start("up from nothing")?;
        let (again, ()) = self.step("up again", || self.launch(["up"]))?;
        self.step("down", || self.launch(["down"]))?;
        let (after_down, ()) = start("up after down")?;

        (self.report)(Progress::new("idle", Phase::Waiting, "for two minutes"));
        rest(SETTLING - MEASURING).await;
        let status = groundwork_node::status(&StateDir::new(&self.state_dir))?;
        let before = cpu_seconds(status.supervisor_pid);
        rest(MEASURING).await;
        let used = cpu_seconds(status.supervisor_pid) - before;
        // A pod that ended meanwhile takes its time with it.
        let idle = used.max(0.0) / MEASURING.as_secs_f64();
        (self.report)(Progress::new("idle", Phase::Ready, ""));
        let memory: u64 = status.processes.iter().map(|p| p.memory_bytes).sum();

        Ok(vec![
            seconds("up_from_nothing", from_nothing),
            seconds("up_again", again),
            seconds("up_after_down", after_down),
            Figure::new("control_plane_memory", memory as f64, "bytes"),
            Figure::new("idle_cpu", idle, "cores"),
        ])
    }

    /// `up`, and a request to `hello` by its DNS name from inside the cluster.
    fn up_to_hello(&self) -> anyhow::Result<()> {
        self.launch(["up"])?;
        self.launch([
            "kubectl",
            "exec",
            "--namespace=hello",
            "deployment/hello",
            "--",
            "/bin/hello",
            "get",
            HELLO_URL,
            "--until-ok",
            HELLO_SECONDS,
        ])
    }

    pub(super) fn launch<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> anyhow::Result<()> {
        Ok(Command::new(&self.launcher)
            .arg("--state-dir")
            .arg(&self.state_dir)
            .arg("--stack")
            .arg(&self.manifest)
            .args(arguments)
            .run()?)
    }

    /// Does `work`, shows it under `title`, and takes its time.
    pub(super) fn step<T>(
        &self,
        title: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<(Duration, T)> {
        (self.report)(Progress::new(title, Phase::Starting, ""));
        let start = Instant::now();
        let done = work().with_context(|| format!("{title} failed"));
        let elapsed = start.elapsed();
        let phase = if done.is_ok() {
            Phase::Ready
        } else {
            Phase::Failed
        };
        (self.report)(Progress::new(title, phase, ""));
        Ok((elapsed, done?))
    }
}

/// A machine has room for one node, and nobody's node is stopped for a measurement.
fn refuse_beside_another(state_dir: &Path) -> Result<(), Failure> {
    let node = machine_node(&StateDir::new(state_dir));
    let Some(node) = node.filter(|node| node.runs) else {
        return Ok(());
    };
    let state_dir = node.state_dir.display();
    Err(Failure::machine(format!(
        "bench cluster starts a node of its own, and this machine {}",
        node.describe()
    ))
    .hint(format!("groundwork down --state-dir {state_dir}")))
}

/// A new folder beside the real state directory, so that it lies on the same disk.
pub(super) fn temporary(state_dir: &Path) -> anyhow::Result<PathBuf> {
    let beside = state_dir
        .parent()
        .filter(|parent| parent.exists())
        .map_or_else(env::temp_dir, Path::to_path_buf);
    let folder = tempfile::Builder::new()
        .prefix("groundwork-bench-")
        .tempdir_in(&beside)
        .with_context(|| format!("cannot make a folder in {}", beside.display()))?;
    // `destroy` removes it: what may hold mounts is not removed file by file.
    Ok(folder.keep())
}

/// CPU time, in seconds, that the supervisor, the node's processes and its pods have used.
fn cpu_seconds(supervisor: Option<u32>) -> f64 {
    let ticks: u64 = all_processes()
        .into_iter()
        .flatten()
        .flatten()
        .filter(|process| u32::try_from(process.pid).ok() == supervisor || of_a_node(process.pid))
        .filter_map(|process| process.stat().ok())
        .map(|stat| stat.utime + stat.stime)
        .sum();
    ticks as f64 / procfs::ticks_per_second() as f64
}
