//! What containers that end again and again said last: asked for once after each end, and remembered.

use std::{collections::BTreeMap, time::Duration};

use futures::future::join_all;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::{Api, Client};
use tokio::time::timeout;

use crate::{
    diagnosis::last_lines,
    pods::{fails, statuses},
};

/// For a log to come. Waiting goes on without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Characters that are told of a line.
const LENGTH: usize = 200;

/// A run of a container that has ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    /// The pod's uid.
    pod: String,
    container: String,
    /// How many runs there were before it.
    number: i32,
}

impl Run {
    /// The last one of `container`, if that fails.
    fn last(pod: &Pod, container: &ContainerStatus) -> Option<Self> {
        fails(container).then(|| Self {
            pod: pod.metadata.uid.clone().unwrap_or_default(),
            container: container.name.clone(),
            number: container.restart_count - i32::from(runs(container)),
        })
    }
}

/// Whether `container` was started again and has not ended yet.
fn runs(container: &ContainerStatus) -> bool {
    let state = container.state.as_ref();
    state.is_some_and(|state| state.running.is_some())
}

/// The last line of each run that was asked for, where there is a log with a line in it.
#[derive(Debug, Default)]
pub(crate) struct LastWords(BTreeMap<Run, Option<String>>);

impl LastWords {
    /// What `container` of `pod` said last before it ended.
    pub(crate) fn of(&self, pod: &Pod, container: &ContainerStatus) -> Option<&str> {
        self.0.get(&Run::last(pod, container)?)?.as_deref()
    }

    /// Asks for the logs of the runs of `pods` that were not asked for yet. A request that fails is
    /// not repeated: the next end has a line of its own.
    pub(crate) async fn ask<'a>(&mut self, client: &Client, pods: impl Iterator<Item = &'a Pod>) {
        let asked = self
            .unknown(pods)
            .into_iter()
            .map(|(run, (pod, container))| async move {
                let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
                let name = pod.metadata.name.as_deref().unwrap_or_default();
                let api = Api::namespaced(client.clone(), namespace);
                // NB: the log of one that runs again is not of the run that ended.
                let previous: &[bool] = if runs(container) {
                    &[true]
                } else {
                    &[false, true]
                };
                let lines = last_lines(&api, name, &container.name, previous);
                let lines = timeout(PATIENCE, lines).await.unwrap_or_default();
                (run, last_line(&lines))
            });
        self.0.extend(join_all(asked).await);
    }

    /// The runs of `pods` that were not asked for yet.
    fn unknown<'a>(
        &self,
        pods: impl Iterator<Item = &'a Pod>,
    ) -> BTreeMap<Run, (&'a Pod, &'a ContainerStatus)> {
        let containers = pods.flat_map(|pod| statuses(pod).map(move |it| (pod, it)));
        containers
            .filter_map(|(pod, container)| Some((Run::last(pod, container)?, (pod, container))))
            .filter(|(run, _)| !self.0.contains_key(run))
            .collect()
    }

    /// Those of pods whose failing containers said a line each.
    #[cfg(test)]
    pub(crate) fn told(said: &[(&Pod, &str)]) -> Self {
        let runs = said.iter().flat_map(|(pod, line)| {
            let runs = statuses(pod).filter_map(|container| Run::last(pod, container));
            runs.map(|run| (run, Some((*line).to_owned())))
        });
        Self(runs.collect())
    }
}

/// The last of `lines` that says something, on one line of a terminal and no longer than [`LENGTH`].
fn last_line(lines: &[String]) -> Option<String> {
    let plain = |line: &String| line.replace(char::is_control, " ").trim().to_owned();
    let line = lines.iter().rev().map(plain).find(|it| !it.is_empty())?;
    Some(line.chars().take(LENGTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(restarts: i32, state: Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "a", "namespace": "n", "uid": "1"},
            "status": {"containerStatuses": [{"name": "c", "image": "", "imageID": "", "ready": false,
                "restartCount": restarts, "state": state}]}}))
        .unwrap()
    }

    fn ended(restarts: i32) -> Pod {
        pod(restarts, json!({"terminated": {"exitCode": 2}}))
    }

    fn waits(restarts: i32) -> Pod {
        pod(restarts, json!({"waiting": {"reason": "CrashLoopBackOff"}}))
    }

    fn runs_again(restarts: i32) -> Pod {
        pod(restarts, json!({"running": {}}))
    }

    fn words<'a>(known: &'a LastWords, pod: &Pod) -> Option<&'a str> {
        known.of(pod, statuses(pod).next()?)
    }

    #[test]
    fn a_log_is_asked_for_once_after_each_end() {
        let asks = |known: &LastWords, pod: &Pod| known.unknown([pod, pod].into_iter()).len();
        let known = LastWords::default();
        assert_eq!(asks(&known, &ended(0)), 1);
        let known = LastWords::told(&[(&ended(0), "panic")]);
        for same in [ended(0), runs_again(1)] {
            assert_eq!(asks(&known, &same), 0, "{same:?}");
        }
        for next in [ended(1), waits(1), runs_again(2)] {
            assert_eq!(asks(&known, &next), 1, "{next:?}");
        }
    }

    #[test]
    fn one_that_has_not_ended_yet_is_not_asked_about() {
        let starts = pod(0, json!({"waiting": {"reason": "ContainerCreating"}}));
        for pod in [starts, runs_again(0)] {
            assert!(LastWords::default().unknown([&pod].into_iter()).is_empty());
        }
    }

    #[test]
    fn what_was_said_last_is_told_until_the_next_end() {
        let known = LastWords::told(&[(&waits(1), "panic")]);
        assert_eq!(words(&known, &waits(1)), Some("panic"));
        assert_eq!(words(&known, &runs_again(2)), Some("panic"));
        assert_eq!(words(&known, &waits(2)), None);
    }

    #[test]
    fn the_last_line_that_says_something_is_told() {
        let lines = ["first", "\u{1b}[31mcannot open\t/x", " ", ""].map(str::to_owned);
        assert_eq!(last_line(&lines).unwrap(), "[31mcannot open /x");
        assert_eq!(last_line(&[" ".into()]), None);
        assert_eq!(last_line(&[]), None);
    }

    #[test]
    fn a_long_line_is_cut_between_two_characters() {
        let line = last_line(&["é".repeat(300)]).unwrap();
        assert_eq!(line, "é".repeat(200));
    }
}
