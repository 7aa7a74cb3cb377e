//! A service is made by one command.

use std::time::Duration;

use super::own::Own;
use crate::{
    runner::{Check, Context, Speed, Verdict, quick},
    shared::words::duration,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.8",
    name: "a new service has the structure of all services",
    bound: "each file of the requirement, within 60 s",
    speed: Speed::Also,
    run: |context| Box::pin(created(context)),
    ..Check::GENTLE
}];

/// What REQ-0.8 draws.
const STRUCTURE: [&str; 14] = [
    "Dockerfile",
    "README.md",
    "k8s/configmap.yaml",
    "k8s/deployment.yaml",
    "k8s/service.yaml",
    "poetry.lock",
    "pyproject.toml",
    "src/__init__.py",
    "src/config.py",
    "src/main.py",
    "src/models",
    "src/routes",
    "tests/integration",
    "tests/unit",
];
const BOUND: Duration = Duration::from_secs(60);

async fn created(context: &Context) -> Verdict {
    let own = Own::made(context).await?;
    let missing = STRUCTURE
        .iter()
        .filter(|path| !own.folder.join(path).exists());
    let missing: Vec<_> = missing.copied().collect();
    if !missing.is_empty() {
        return Err(format!("it has no {}", missing.join(", ")).into());
    }
    let measured = format!(
        "{} of {0} files and folders in {}",
        STRUCTURE.len(),
        duration(own.took)
    );
    quick(context.in_time(own.took, BOUND), measured)
}
