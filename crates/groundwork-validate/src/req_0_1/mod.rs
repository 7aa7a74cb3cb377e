//! REQ-0.1: a local Kubernetes cluster that answers, runs services, keeps their data, fits a
//! laptop, and can be wiped and made again.

mod cluster;
mod disruptive;
mod figures;
mod service;

use std::time::Duration;

use futures::future::LocalBoxFuture;

use crate::{Context, Probe, Verdict};

type Run = for<'a> fn(&'a Context) -> LocalBoxFuture<'a, Verdict>;

/// A check that disturbs nothing, of two minutes at most.
fn gentle(name: &'static str, bound: &'static str, run: Run) -> Probe {
    Probe {
        requirement: "REQ-0.1",
        name,
        bound,
        disruptive: false,
        deadline: Duration::from_secs(120),
        run,
    }
}

/// A check that kills or stops what runs, of ten minutes at most: it may start the stack anew.
fn disruptive(name: &'static str, bound: &'static str, run: Run) -> Probe {
    Probe {
        disruptive: true,
        deadline: Duration::from_secs(600),
        ..gentle(name, bound, run)
    }
}

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        gentle(
            "the API server answers `kubectl cluster-info`",
            "exit code 0, /readyz ok",
            |context| Box::pin(cluster::info(context)),
        ),
        gentle(
            "every node is ready",
            "at least one node, all Ready",
            |context| Box::pin(cluster::nodes(context)),
        ),
        gentle(
            "a test service is deployed and becomes ready",
            "ready within 60 s",
            |context| Box::pin(service::deployed(context)),
        ),
        gentle(
            "another pod reaches the test service by its DNS name",
            "answered by the service's own pod",
            |context| Box::pin(service::by_name(context)),
        ),
        gentle(
            "this machine reaches the stack's service on loopback",
            "answered by hello",
            |context| Box::pin(service::on_loopback(context)),
        ),
        gentle(
            "a pod comes back after its process was killed",
            "one more restart, ready again within 60 s",
            |context| Box::pin(service::restarts(context)),
        ),
        gentle(
            "a PersistentVolumeClaim's data outlives its pod",
            "the new pod reads what the old one wrote",
            |context| Box::pin(service::keeps_data(context)),
        ),
        gentle("the cluster starts quickly", "< 120 s", |context| {
            Box::pin(figures::start_up(context))
        }),
        gentle(
            "node processes and pods together need little memory",
            "< 4 GB resident",
            |context| Box::pin(figures::memory(context)),
        ),
        gentle(
            "the node was there since it was started",
            ">= 99 % of the time",
            |context| Box::pin(figures::uptime(context)),
        ),
        disruptive(
            "the supervisor is killed and `up` brings it back",
            "a new supervisor, the same node processes, hello answers",
            |context| Box::pin(disruptive::supervisor(context)),
        ),
        disruptive(
            "each node process is killed and comes back",
            "ready again within 60 s each, hello answers",
            |context| Box::pin(disruptive::processes(context)),
        ),
        disruptive(
            "`down` and `up` keep services and data",
            "the test service reads what it wrote before",
            |context| Box::pin(disruptive::down_and_up(context)),
        ),
        disruptive(
            "`destroy` and `up` give the same cluster again",
            "equal hash over all objects",
            |context| Box::pin(disruptive::destroy_and_up(context)),
        ),
    ]
}
