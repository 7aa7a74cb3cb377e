//! A new service passes its own lint, types and tests as it is.

use std::time::Instant;

use super::own::{AXUM, BUILT, CHECK, FASTAPI, Kind, Own};
use crate::{
    runner::{Check, Context, Verdict},
    shared::words::timed,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Python passes its own checks as it is",
        bound: "ruff, mypy and pytest, in the sandbox",
        deadline: BUILT,
        run: |context| Box::pin(tested(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a new service in Rust passes its own checks as it is",
        bound: "rustfmt, clippy and its tests, in the sandbox",
        deadline: BUILT,
        run: |context| Box::pin(tested(context, &AXUM)),
        ..CHECK
    },
];

async fn tested(context: &Context, kind: &'static Kind) -> Verdict {
    let own = Own::made(context, kind).await?;
    let started = Instant::now();
    for check in kind.checks {
        own.output(&format!("checks.x86_64-linux.{check}")).await?;
    }
    Ok(timed(
        &format!("passed: {}", kind.checks.join(", ")),
        started,
    ))
}
