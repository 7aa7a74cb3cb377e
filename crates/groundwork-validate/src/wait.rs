//! Waiting for a condition of the cluster, with a deadline that says what was still missing.
//!
//! A slow machine is given longer. That is no matter of the requirements' own bounds, which
//! [`Context::in_time`](crate::Context::in_time) judges by what was measured.

use std::{pin::pin, time::Duration};

use groundwork_process::wait::longer;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::Failure;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// How long to wait instead of a deadline that is reached.
pub(crate) type Longer = fn(Duration) -> Duration;

/// What was waited for has not come; how long that was.
#[derive(Debug, thiserror::Error)]
#[error("no answer after {} s", .0.as_secs())]
pub(crate) struct Late(pub Duration);

/// Calls `probe` until it succeeds; its `Err` says what is still missing.
pub(crate) async fn until<T>(
    what: &str,
    deadline: Duration,
    probe: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    until_longer(what, deadline, longer, probe).await
}

async fn until_longer<T>(
    what: &str,
    deadline: Duration,
    longer: Longer,
    mut probe: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let started = Instant::now();
    loop {
        let missing = match probe().await {
            Ok(value) => return Ok(value),
            Err(missing) => missing,
        };
        let waited = started.elapsed();
        if waited >= deadline && waited >= longer(deadline) {
            let words = groundwork_process::error::chain(&*missing);
            let seconds = waited.as_secs();
            return Err(format!("{what}: not after {seconds} s: {words}").into());
        }
        sleep(PAUSE).await;
    }
}

/// Does `work`, which may take as long as `deadline`.
pub(crate) async fn within<T>(
    deadline: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Late> {
    within_longer(deadline, longer, work).await
}

/// The same on a machine that is known to need `longer`.
pub(crate) async fn within_longer<T>(
    deadline: Duration,
    longer: Longer,
    work: impl Future<Output = T>,
) -> Result<T, Late> {
    let started = Instant::now();
    let mut work = pin!(work);
    if let Ok(done) = timeout(deadline, &mut work).await {
        return Ok(done);
    }
    let end = started + longer(deadline);
    let done = timeout_at(end, work).await;
    done.map_err(|_| Late(started.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_ends_says_what_was_missing() {
        let waited = until_longer(
            "the pod",
            SECOND,
            |same| same,
            async || Err::<(), _>("0/1 ready".into()),
        );
        let failure = waited.await.unwrap_err();
        assert_eq!(failure.to_string(), "the pod: not after 1 s: 0/1 ready");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_machine_is_waited_for_and_the_failure_says_how_long() {
        let mut looks = 0;
        let waited = until_longer(
            "the pod",
            SECOND,
            |it| it * 10,
            async || {
                looks += 1;
                Err::<(), _>("0/1 ready".into())
            },
        );
        let failure = waited.await.unwrap_err();
        assert_eq!(failure.to_string(), "the pod: not after 10 s: 0/1 ready");
        assert_eq!(looks, 101);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_after_the_deadline_counts_on_a_slow_machine_alone() {
        let answer = || sleep(5 * SECOND);
        within_longer(SECOND, |it| it * 10, answer()).await.unwrap();
        let late = within_longer(SECOND, |same| same, answer()).await;
        assert_eq!(late.unwrap_err().to_string(), "no answer after 1 s");
    }
}
