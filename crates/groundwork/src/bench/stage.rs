//! The steps of a benchmark, and its end on Ctrl-C.

use anyhow::Context;
use groundwork_contract::{Phase, Progress};

use crate::failure::Failure;

/// Does `work` until Ctrl-C, after which what was made can still be removed.
pub(super) async fn interruptible<T>(
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        // First, so that Ctrl-C is caught before anything is started.
        biased;
        _ = tokio::signal::ctrl_c() => Err(Failure::stack("interrupted").into()),
        done = work => done,
    }
}

/// Does `work` and shows it under `title`.
pub(super) async fn stage<T>(
    report: &impl Fn(Progress),
    title: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    report(Progress::new(title, Phase::Starting, ""));
    let done = work.await.with_context(|| format!("{title} failed"));
    let phase = match done {
        Ok(_) => Phase::Ready,
        Err(_) => Phase::Failed,
    };
    report(Progress::new(title, phase, ""));
    done
}
