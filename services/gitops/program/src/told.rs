//! What is known of what is followed: as JSON for the console, and as figures for Prometheus.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Json, Router, extract::State, routing::get};
use groundwork_contract::{Commit, Followed, FollowedState};
use groundwork_service::{Readiness, ops};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

/// What is known, for who changes it and for who asks.
#[derive(Debug, Clone)]
pub(crate) struct Told(Arc<Mutex<Known>>);

#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) followed: Followed,
    /// How often something was put right that had been changed by hand.
    pub(crate) repairs: u64,
}

/// What is known before the first look at `repository`.
fn nothing(repository: &str) -> Followed {
    Followed {
        repository: repository.into(),
        state: FollowedState::Empty,
        commit: None,
        objects: 0,
        waiting: None,
        error: None,
        repair: None,
        looked: None,
    }
}

impl Default for Told {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Known {
            followed: nothing(""),
            repairs: 0,
        })))
    }
}

impl Known {
    /// That `repository` is followed: what is known of another one is not of this.
    pub(crate) fn follow(&mut self, repository: &str) {
        if self.followed.repository != repository {
            self.followed = nothing(repository);
        }
    }

    /// That `commit` is the newest: of one that is new, nothing has been applied yet.
    pub(crate) fn found(&mut self, commit: &Commit) {
        if self.followed.commit.as_ref() != Some(commit) {
            self.followed = Followed {
                state: FollowedState::Applying,
                commit: Some(commit.clone()),
                repair: self.followed.repair.take(),
                looked: self.followed.looked,
                ..nothing(&self.followed.repository)
            };
        }
    }
}

impl Told {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Told {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let known = self.lock();
        let gauges = [
            (
                "gitops_failed",
                "Whether the cluster does not have what the newest commit says",
                f64::from(u8::from(known.followed.error.is_some())),
            ),
            (
                "gitops_objects",
                "Objects of the commit that is followed",
                known.followed.objects as f64,
            ),
            (
                "gitops_looked_timestamp_seconds",
                "When the repository was last looked at, in seconds since 1970",
                known
                    .followed
                    .looked
                    .map_or(0.0, |it| it.as_second() as f64),
            ),
        ];
        for (name, help, value) in gauges {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)?;
        }
        let help = "How often something was put right that had been changed by hand";
        let metric =
            encoder.encode_descriptor("gitops_repairs", help, None, MetricType::Counter)?;
        ConstCounter::new(known.repairs).encode(metric)
    }
}

/// What the cluster is answered: whether this lives, its figures, and what is followed.
pub(crate) fn router(told: Told, readiness: Readiness) -> Router {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(told.clone()));
    Router::new()
        .route(
            "/status",
            get(async |State(told): State<Told>| Json(told.lock().followed.clone())),
        )
        .with_state(told)
        .merge(ops(readiness, registry))
}

#[cfg(test)]
mod tests {
    use groundwork_service::text;

    use super::*;

    #[test]
    fn a_new_commit_is_not_told_as_ready_and_another_repository_is_not_the_one_before() {
        let commit = |id: &str| Commit {
            id: id.into(),
            subject: "s".into(),
            author: "a".into(),
            time: jiff::Timestamp::UNIX_EPOCH,
        };
        let told = Told::default();
        let mut known = told.lock();
        known.follow("one");
        known.found(&commit("1"));
        known.followed.state = FollowedState::Ready;
        known.followed.objects = 3;
        known.found(&commit("1"));
        assert_eq!(
            (known.followed.state, known.followed.objects),
            (FollowedState::Ready, 3)
        );
        known.found(&commit("2"));
        assert_eq!(
            (known.followed.state, known.followed.objects),
            (FollowedState::Applying, 0)
        );
        known.follow("other");
        assert_eq!(known.followed, nothing("other"));
    }

    #[test]
    fn a_failure_and_repairs_are_figures() {
        let told = Told::default();
        let mut registry = Registry::default();
        registry.register_collector(Box::new(told.clone()));
        assert!(text(&registry).contains("gitops_failed 0"));
        // It is still so while the same commit is tried again.
        told.lock().followed.state = FollowedState::Applying;
        told.lock().followed.error = Some("away".into());
        told.lock().repairs = 2;
        let text = text(&registry);
        assert!(text.contains("gitops_failed 1"), "{text}");
        assert!(text.contains("gitops_repairs_total 2"), "{text}");
    }
}
