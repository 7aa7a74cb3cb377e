//! Whether a service takes requests.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::{BoxFuture, join_all};
use tokio::time::timeout;

/// How long a part may take to say whether it is there.
const PATIENCE: Duration = Duration::from_secs(2);

type Missing = dyn Fn() -> BoxFuture<'static, Option<String>> + Send + Sync;

/// Something that the service depends on.
#[derive(Clone)]
struct Part {
    name: &'static str,
    missing: Arc<Missing>,
}

/// Whether the service takes requests: its parts are there, and it was not told to stop. One side sets it, the other
/// asks.
#[derive(Clone, Default)]
pub struct Readiness {
    stopping: Arc<AtomicBool>,
    parts: Vec<Part>,
}

impl Readiness {
    /// It depends on the part `name` as well; `missing` says why that cannot be used now, and `None` when it can.
    #[must_use]
    pub fn needs<F>(
        mut self,
        name: &'static str,
        missing: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Option<String>> + Send + 'static,
    {
        let missing: Arc<Missing> = Arc::new(move || Box::pin(missing()));
        self.parts.push(Part { name, missing });
        self
    }

    /// Whether the service was told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The parts that cannot be used now, each with the reason.
    pub async fn missing(&self) -> Vec<(&'static str, String)> {
        let asked = self.parts.iter().map(async |part| {
            let missing = timeout(PATIENCE, (part.missing)()).await;
            let late = || Some(format!("no answer within {} s", PATIENCE.as_secs()));
            let missing = missing.unwrap_or_else(|_| late());
            Some((part.name, missing?))
        });
        join_all(asked).await.into_iter().flatten().collect()
    }

    /// It is no longer ready, for good.
    pub(crate) fn stop(&self) {
        tracing::info!("told to stop: no longer ready");
        self.stopping.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.parts.iter().map(|part| part.name).collect();
        f.debug_struct("Readiness")
            .field("stopping", &self.is_stopping())
            .field("parts", &parts)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_missing_is_named_with_its_reason_and_so_is_what_does_not_answer() {
        let readiness = Readiness::default()
            .needs("there", || ready(None))
            .needs("away", || ready(Some("planted".into())))
            .needs("slow", pending);
        let expected = [
            ("away", "planted".into()),
            ("slow", "no answer within 2 s".into()),
        ];
        assert_eq!(readiness.missing().await, expected);
        assert_eq!(Readiness::default().missing().await, []);
    }
}
