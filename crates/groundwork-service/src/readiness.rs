//! Whether a service takes requests.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the service takes requests: one side sets it, the other asks. It does until it is told to
/// stop.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    stopping: Arc<AtomicBool>,
}

impl Readiness {
    /// Whether the service was told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// It is no longer ready, for good.
    pub(crate) fn stop(&self) {
        tracing::info!("told to stop: no longer ready");
        self.stopping.store(true, Ordering::Relaxed);
    }
}
