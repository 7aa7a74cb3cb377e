//! A service is made by one command.

use std::time::Duration;

use super::own::{AXUM, CHECK, FASTAPI, Kind, Own};
use crate::{
    runner::{Check, Context, Speed, Verdict, quick},
    shared::words::duration,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Python has the structure of all services",
        bound: "each file of the requirement, within 60 s",
        speed: Speed::Also,
        run: |context| Box::pin(created(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Rust has it, too",
        bound: "each file of the requirement, within 60 s",
        speed: Speed::Also,
        run: |context| Box::pin(created(context, &AXUM)),
        ..CHECK
    },
];

const BOUND: Duration = Duration::from_secs(60);

async fn created(context: &Context, kind: &'static Kind) -> Verdict {
    let own = Own::made(context, kind).await?;
    let missing = kind.structure.iter();
    let missing = missing.filter(|path| !own.folder.join(path).exists());
    let missing: Vec<_> = missing.copied().collect();
    if !missing.is_empty() {
        return Err(format!("it has no {}", missing.join(", ")).into());
    }
    let measured = format!(
        "{} of {0} files and folders in {}",
        kind.structure.len(),
        duration(own.took)
    );
    quick(context.in_time(own.took, BOUND), measured)
}
