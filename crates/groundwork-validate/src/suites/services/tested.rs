//! A new service passes its own lint, types and tests as it is.

use std::time::Instant;

use super::own::{BUILT, Own};
use crate::{
    runner::{Check, Context, Verdict},
    shared::words::timed,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.8",
    name: "a new service passes its own checks as it is",
    bound: "ruff, mypy and pytest, in the sandbox",
    deadline: BUILT,
    run: |context| Box::pin(tested(context)),
    ..Check::GENTLE
}];

async fn tested(context: &Context) -> Verdict {
    let own = Own::made(context).await?;
    let started = Instant::now();
    for check in ["lint", "types", "unit-tests"] {
        own.build(&format!("checks.x86_64-linux.{check}")).await?;
    }
    Ok(timed("lint, types and unit tests passed", started))
}
