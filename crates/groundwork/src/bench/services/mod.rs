//! `bench services`: how soon a service of each template answers, how soon a change of it is there, what it
//! takes, and how many there can be.
//!
//! It does on the running stack what a person does, by this launcher's own commands, and removes it all again.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use groundwork_apply::Cluster;
use groundwork_contract::{Deployment, Progress};
use jiff::Timestamp;

use super::{
    figure::{Figure, Outcome, machine, median},
    stage::{interruptible, stage},
};
use crate::{
    again,
    cli::Global,
    given,
    progress::Display,
    runtime,
    service::{
        build,
        kind::{AXUM, FASTAPI, Kind},
    },
};

mod crowd;
mod load;
mod pod;

use load::Load;

/// What is asked of one template.
struct Subject {
    kind: &'static Kind,
    /// How often a line of it is changed; a compiler takes longer.
    changes: usize,
    /// How its figures' names begin.
    language: &'static str,
}

static SUBJECTS: [Subject; 2] = [
    Subject {
        kind: &FASTAPI,
        changes: 20,
        language: "python",
    },
    Subject {
        kind: &AXUM,
        changes: 5,
        language: "rust",
    },
];
/// How often an image is brought in whole, for the ratio.
const IMPORTS: usize = 5;
/// The beginning of the names of all services that this makes.
const NAME: &str = "groundwork-bench-";

/// Measures services of both templates, and many of one, on the running stack.
///
/// # Errors
/// When no stack runs, when a command of this launcher fails, or on Ctrl-C.
pub fn services(global: &Global) -> anyhow::Result<Outcome> {
    given::running_state_dir(global)?;
    let display = Display::start();
    let report = display.report();
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let bench = Bench {
        global,
        folder: folder.path().into(),
        run: format!("{:x}", Timestamp::now().as_second()),
        report: &report,
    };
    let runtime = runtime::new()?;
    let measured = runtime.block_on(interruptible(async {
        let mut figures = vec![];
        for subject in &SUBJECTS {
            figures.extend(bench.measure(subject).await?);
        }
        figures.extend(stage(&report, "thirty services", crowd::measure(&bench)).await?);
        anyhow::Ok(figures)
    }));
    let removed = runtime.block_on(bench.remove_all());
    let figures = measured?;
    removed.context("what was made for measuring could not be removed")?;
    Ok(Outcome {
        bench: "services",
        machine: machine(),
        figures,
    })
}

/// Makes services in a folder of its own.
struct Bench<'a, R> {
    global: &'a Global,
    folder: PathBuf,
    /// A part of its services' names: Nix has built those of another run.
    run: String,
    report: &'a R,
}

impl<R: Fn(Progress) + Sync> Bench<'_, R> {
    /// One service: made, deployed, loaded, and changed.
    async fn measure(&self, subject: &Subject) -> anyhow::Result<Vec<Figure>> {
        let Subject {
            kind,
            changes: number,
            language,
        } = *subject;
        let report = self.report;
        let name = self.name(kind.name);
        let (made, deployed) = stage(report, &format!("{}: new", kind.name), async {
            let made = self.new_service(&name, kind.name)?;
            Ok((made, self.deploy(&name)?))
        })
        .await?;
        let load = Load::new(self.global, &name).await?;
        let memory = load.pod.memory()?;
        let rate = stage(report, &format!("{}: requests", kind.name), load.requests()).await?;
        let events = stage(report, &format!("{}: events", kind.name), load.events()).await?;
        let after = load.pod.memory()?;
        let title = format!("{}: {} changes", kind.name, number);
        let changes = stage(report, &title, async {
            let change = |_| self.changed(&name, kind, false);
            (0..number).map(change).collect::<Result<Vec<_>, _>>()
        });
        let changes = changes.await?;
        let title = format!("{}: {IMPORTS} changes by a full import", kind.name);
        let imports = stage(report, &title, async {
            let change = |_| self.changed(&name, kind, true);
            (0..IMPORTS).map(change).collect::<Result<Vec<_>, _>>()
        });
        let imports = imports.await?;
        self.remove(&name).await?;
        let figure = |name, value, unit| Figure::new(format!("{}_{name}", language), value, unit);
        Ok(vec![
            figure("new", made.as_secs_f64(), "s"),
            figure("first_deploy", deployed.as_secs_f64(), "s"),
            figure("memory", memory, "bytes"),
            figure("memory_after_load", after, "bytes"),
            figure("requests_per_cpu_second", rate, "requests"),
            figure("event_p50_at_200", events[0], "ms"),
            figure("event_p95_at_200", events[1], "ms"),
            figure("change", median(&changes), "s"),
            figure("change_at_most", most(&changes), "s"),
            figure("change_by_full_import", median(&imports), "s"),
        ])
    }

    /// The name of this run's service `which`.
    fn name(&self, which: &str) -> String {
        format!("{NAME}{which}-{}", self.run)
    }

    /// Makes the service, and takes the time of it.
    fn new_service(&self, name: &str, template: &str) -> anyhow::Result<Duration> {
        let folder = self.folder_of(name)?;
        let without = ["--without", "database"];
        self.launch(
            ["new", name, &folder, "--kind", template]
                .into_iter()
                .chain(without),
        )
    }

    /// Deploys the service as it is now, and takes the time until it answers.
    fn deploy(&self, name: &str) -> anyhow::Result<Duration> {
        self.launch(["deploy", &self.folder_of(name)?])
    }

    /// From a changed line to the new pod: only what the node lacks of the image is brought in, or for
    /// `whole` all of it.
    fn changed(&self, name: &str, kind: &Kind, whole: bool) -> anyhow::Result<Duration> {
        let folder = self.folder.join(name);
        let (file, remark) = kind.source;
        let mut source = OpenOptions::new().append(true).open(folder.join(file))?;
        // Nix has built any line that was there before.
        writeln!(source, "{remark} changed at {}", Timestamp::now())?;
        if !whole {
            return self.deploy(name);
        }
        let started = Instant::now();
        let built = build::build(&folder, false, &|_| {})?;
        let layout = Deployment::read(&built)?.image.layout;
        self.launch(["image", "load", text(&layout)?])?;
        self.launch(["deploy", text(&built)?])?;
        Ok(started.elapsed())
    }

    /// Takes the service out of the cluster, with its secret and its topics.
    async fn remove(&self, name: &str) -> anyhow::Result<()> {
        self.launch(["remove", name])?;
        let token = format!("{name}-token");
        self.launch([
            "secret",
            "delete",
            "--yes",
            "--namespace",
            "services",
            &token,
        ])?;
        let bus = given::bus(self.global).await?;
        for topic in [
            format!("{name}.items"),
            format!("{name}.items.dead-letters"),
        ] {
            // It reads them itself, so that one that never became ready has made none.
            if bus.partitions(&topic).await?.is_some() {
                bus.delete_topic(&topic).await?;
            }
        }
        Ok(())
    }

    /// Removes what there is of its services, also after a failure.
    async fn remove_all(&self) -> anyhow::Result<()> {
        let cluster = Cluster::connect(&given::kubeconfig(self.global)?).await?;
        for service in cluster.services().await? {
            if service.name.starts_with(NAME) {
                self.remove(&service.name).await?;
            }
        }
        Ok(())
    }

    /// Runs this launcher once more, and takes the time of it.
    fn launch<'b>(&self, arguments: impl IntoIterator<Item = &'b str>) -> anyhow::Result<Duration> {
        let started = Instant::now();
        again::command(self.global, arguments)?.run()?;
        Ok(started.elapsed())
    }

    fn folder_of(&self, name: &str) -> anyhow::Result<String> {
        Ok(text(&self.folder.join(name))?.into())
    }
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a folder's name is no text")
}

fn most(times: &[Duration]) -> f64 {
    let most = times.iter().max().copied();
    most.unwrap_or_default().as_secs_f64()
}
