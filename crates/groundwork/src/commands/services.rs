//! `services`: what has been deployed beside the stack, and how it is.

use std::process::ExitCode;

use groundwork_apply::{Endpoint, Service};
use groundwork_contract::ComponentState;
use serde::Serialize;

use crate::{
    cli::{Global, json::Json},
    failure::Exit,
    output, root, runtime,
    service::deploy::running,
    table,
};

/// One service, as `services --json` has it.
#[derive(Debug, Serialize)]
struct Shown {
    name: String,
    kind: String,
    version: String,
    /// When that version was deployed.
    deployed: String,
    ready: bool,
    restarts: u32,
    memory_bytes: u64,
    /// Why it is not ready.
    reason: String,
    url: Option<String>,
}

pub fn run(global: &Global, arguments: Json) -> anyhow::Result<ExitCode> {
    root::ensure(global)?;
    let services = runtime::new()?.block_on(async {
        let (_, cluster) = running(global).await?;
        let (components, endpoints) = (cluster.components().await?, cluster.endpoints().await?);
        let services = cluster.services().await?.into_iter();
        anyhow::Ok(
            services
                .map(|service| shown(service, &components, &endpoints))
                .collect::<Vec<_>>(),
        )
    })?;
    let all_ready = services.iter().all(|service| service.ready);
    if arguments.json {
        output::json(&services)?;
    } else if services.is_empty() {
        output::line("no service is deployed; `groundwork new NAME` makes one");
    } else {
        let titles = [
            "SERVICE", "KIND", "VERSION", "DEPLOYED", "READY", "RESTARTS", "MEMORY", "ADDRESS",
            "REASON",
        ];
        output::lines(table::titled(titles, services.into_iter().map(row)));
    }
    Ok(if all_ready { Exit::Done } else { Exit::Failed }.into())
}

/// The service with the state of its workload, which has its name.
fn shown(service: Service, components: &[ComponentState], endpoints: &[Endpoint]) -> Shown {
    let newest = service.deployed.into_iter().next();
    let workload = components.iter().find(|it| it.name == service.name);
    Shown {
        kind: service.kind,
        version: newest
            .as_ref()
            .map(|it| it.version.clone())
            .unwrap_or_default(),
        deployed: newest
            .map(|it| it.at.strftime("%F %T UTC").to_string())
            .unwrap_or_default(),
        ready: workload.is_some_and(|it| it.ready),
        restarts: workload.map_or(0, |it| it.restarts),
        memory_bytes: workload.map_or(0, |it| it.memory_bytes),
        reason: workload.map_or_else(
            || "it has no workload of its name".into(),
            |it| it.reason.clone(),
        ),
        url: Endpoint::named(endpoints, &service.name)
            .ok()
            .map(|it| it.url.clone()),
        name: service.name,
    }
}

fn row(service: Shown) -> [String; 9] {
    [
        service.name,
        service.kind,
        service.version,
        service.deployed,
        if service.ready { "yes" } else { "no" }.into(),
        service.restarts.to_string(),
        table::bytes(service.memory_bytes),
        service.url.unwrap_or_else(|| "-".into()),
        service.reason,
    ]
}
