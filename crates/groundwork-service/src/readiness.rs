//! Whether a service takes requests.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Whether the service takes requests: one side sets it, the other asks. It does while all that it
/// depends on is there, until it is told to stop.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    stopping: bool,
    missing: BTreeSet<&'static str>,
}

/// Something that the service needs for every answer, as a database.
#[derive(Debug)]
pub struct Dependency {
    name: &'static str,
    readiness: Readiness,
}

impl Readiness {
    /// From now on the service is ready only while `name` answers, of which nothing is known yet.
    pub fn depends_on(&self, name: &'static str) -> Dependency {
        let dependency = Dependency {
            name,
            readiness: self.clone(),
        };
        dependency.down();
        dependency
    }

    /// Why the service takes no requests, if it takes none.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        let state = self.state();
        if state.stopping {
            return Some("stopping".into());
        }
        let missing: Vec<_> = state.missing.iter().copied().collect();
        (!missing.is_empty()).then(|| format!("waits for {}", missing.join(", ")))
    }

    /// It is no longer ready, for good.
    pub(crate) fn stop(&self) {
        tracing::info!("told to stop: no longer ready");
        self.state().stopping = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dependency {
    /// It answers.
    pub fn up(&self) {
        self.readiness.state().missing.remove(self.name);
    }

    /// It does not answer.
    pub fn down(&self) {
        self.readiness.state().missing.insert(self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_ready_while_all_is_there_that_it_depends_on() {
        let readiness = Readiness::default();
        assert_eq!(readiness.objection(), None);
        let (database, store) = (
            readiness.depends_on("database"),
            readiness.depends_on("store"),
        );
        let why = |readiness: &Readiness| readiness.objection().unwrap();
        assert_eq!(why(&readiness), "waits for database, store");
        database.up();
        assert_eq!(why(&readiness), "waits for store");
        store.up();
        assert_eq!(readiness.objection(), None);
        database.down();
        assert_eq!(why(&readiness), "waits for database");
        database.up();
        readiness.stop();
        assert_eq!(why(&readiness), "stopping");
    }
}
