//! REQ-0.1: a local Kubernetes cluster that answers, runs services, keeps their data, fits a
//! laptop, and can be wiped and made again.

mod cluster;
mod disruptive;
pub(crate) mod figures;
mod service;

use crate::{Probe, Requirement};

const THIS: Requirement = Requirement("REQ-0.1");

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        THIS.gentle(
            "the API server answers `kubectl cluster-info`",
            "exit code 0, /readyz ok",
            |context| Box::pin(cluster::info(context)),
        ),
        THIS.gentle(
            "every node is ready",
            "at least one node, all Ready",
            |context| Box::pin(cluster::nodes(context)),
        ),
        THIS.gentle(
            "a test service is deployed and becomes ready",
            "ready within 60 s",
            |context| Box::pin(service::deployed(context)),
        )
        .also_speed(),
        THIS.gentle(
            "another pod reaches the test service by its DNS name",
            "answered by the service's own pod",
            |context| Box::pin(service::by_name(context)),
        ),
        THIS.gentle(
            "this machine reaches the stack's service on loopback",
            "answered by hello",
            |context| Box::pin(service::on_loopback(context)),
        ),
        THIS.gentle(
            "a pod comes back after its process was killed",
            "one more restart, ready again within 60 s",
            |context| Box::pin(service::restarts(context)),
        )
        .also_speed(),
        THIS.gentle(
            "a PersistentVolumeClaim's data outlives its pod",
            "the new pod reads what the old one wrote",
            |context| Box::pin(service::keeps_data(context)),
        ),
        THIS.gentle("the cluster starts quickly", "< 120 s", |context| {
            Box::pin(figures::start_up(context))
        })
        .only_speed(),
        THIS.gentle(
            "node processes and pods together need little memory",
            "< 4 GB resident",
            |context| Box::pin(figures::memory(context)),
        ),
        THIS.gentle(
            "the node was there since it was started",
            ">= 99 % of the time",
            |context| Box::pin(figures::uptime(context)),
        ),
        THIS.disruptive(
            "the supervisor is killed and `up` brings it back",
            "a new supervisor, the same node processes, hello answers",
            |context| Box::pin(disruptive::supervisor(context)),
        ),
        THIS.disruptive(
            "each node process is killed and comes back",
            "ready again within 60 s each, hello answers",
            |context| Box::pin(disruptive::processes(context)),
        )
        .also_speed(),
        THIS.disruptive(
            "`down` and `up` keep services and data",
            "the test service reads what it wrote before",
            |context| Box::pin(disruptive::down_and_up(context)),
        ),
        THIS.disruptive(
            "`destroy` and `up` give the same cluster again",
            "equal hash over all objects",
            |context| Box::pin(disruptive::destroy_and_up(context)),
        ),
    ]
}
