//! Work that ends by itself, with a bound.

use std::{pin::pin, time::Duration};

use tokio::time::{Instant, timeout};

use super::slowness::{Longer, longer};

/// What was waited for has not come; how long that was.
#[derive(Debug, thiserror::Error)]
#[error("no answer after {} s", .0.as_secs())]
pub struct Late(pub Duration);

/// Does `work`, which an ordinary machine has done within `deadline`.
///
/// # Errors
/// [`Late`] when it is not done then, nor when this machine's time is up.
pub async fn within<T>(deadline: Duration, work: impl Future<Output = T>) -> Result<T, Late> {
    within_longer(deadline, longer, work).await
}

/// Ends when the time is up that this machine has for what an ordinary one does within `deadline`.
pub async fn over(deadline: Duration) {
    // NB: never ready, so that it is always late.
    let _ = within(deadline, std::future::pending::<()>()).await;
}

async fn within_longer<T>(
    deadline: Duration,
    longer: Longer,
    work: impl Future<Output = T>,
) -> Result<T, Late> {
    let started = Instant::now();
    let mut work = pin!(work);
    if let Ok(done) = timeout(deadline, &mut work).await {
        return Ok(done);
    }
    let left = longer(deadline).saturating_sub(started.elapsed());
    let done = timeout(left, work).await;
    done.map_err(|_| Late(started.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn an_answer_after_the_deadline_counts_on_a_slow_machine_alone() {
        let answer = || timeout(5 * SECOND, std::future::pending::<()>());
        let slow = within_longer(SECOND, |it| it * 10, answer()).await;
        assert!(slow.is_ok());
        let late = within_longer(SECOND, |same| same, answer()).await;
        assert_eq!(late.unwrap_err().to_string(), "no answer after 1 s");
    }

    #[tokio::test(start_paused = true)]
    async fn a_bound_is_over_at_its_deadline_or_when_this_machine_had_its_time() {
        let started = Instant::now();
        over(SECOND).await;
        assert!(started.elapsed() >= SECOND.max(longer(SECOND)));
    }
}
