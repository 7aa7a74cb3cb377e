//! Waits until a wave's workloads are ready, and says what each waits for.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use futures::future::{try_join_all, try_join3};
use groundwork_contract::{Phase, Progress, Report};
use groundwork_process::wait::Wait;
use jiff::Timestamp;
use k8s_openapi::api::{apps::v1::ReplicaSet, core::v1::Pod};
use kube::{
    Api,
    api::{DynamicObject, ListParams},
};

use crate::{
    Cluster, Error, Key, MANAGED_BY,
    discovery::Kinds,
    error::failed,
    inventory::Owner,
    last_words::LastWords,
    object::Objects,
    pods::{pods_of, statuses, trouble, trouble_with, unsettled},
    rollout::will_not_run,
    status::{Status, has_rule, readiness},
};

/// Between two looks. A look is one list for each kind that is waited for and one of all pods.
const PAUSE: Duration = Duration::from_millis(200);

/// How long looks may fail before waiting ends: the API server may restart meanwhile, or be held up by all
/// that starts at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one look has seen: what is waited for, all pods, and ReplicaSets.
type Seen = (BTreeMap<Key, DynamicObject>, Vec<Pod>, Vec<ReplicaSet>);

impl Cluster {
    /// Waits until every object of `wave` is ready; of a service's, no longer than there is hope.
    pub(crate) async fn wait_ready(
        &self,
        owner: &Owner,
        wave: &Objects,
        kinds: &Kinds,
        report: &Report<'_>,
        end: Instant,
    ) -> Result<(), Error> {
        // The stack's own workloads wait for each other, and some end meanwhile.
        let give_up = matches!(owner, Owner::Service(_));
        let mut waiting: BTreeMap<Key, String> = wave
            .objects
            .iter()
            .filter(|object| has_rule(&object.key.kind))
            .map(|object| (object.key.clone(), String::new()))
            .collect();
        let mut last_words = LastWords::default();
        let left = end.saturating_duration_since(Instant::now());
        let settled = async || {
            let phase = self.seen(&mut waiting, &mut last_words, kinds, report, give_up);
            match phase.await {
                Ok(Phase::Waiting) => Err("not all is ready"),
                settled => Ok(settled),
            }
        };
        let wait = Wait::new("the wave", left).exactly().every(PAUSE);
        match wait.until(settled).done().await {
            Ok(Ok(Phase::Ready)) => Ok(()),
            Ok(Err(error)) => Err(error),
            _ => Err(self.not_ready(&wave.wave, &waiting, kinds).await),
        }
    }

    /// Looks at what is `waiting`, tells what is new about it, and forgets what is ready: the phase of
    /// all together.
    async fn seen(
        &self,
        waiting: &mut BTreeMap<Key, String>,
        last_words: &mut LastWords,
        kinds: &Kinds,
        report: &Report<'_>,
        give_up: bool,
    ) -> Result<Phase, Error> {
        if waiting.is_empty() {
            return Ok(Phase::Ready);
        }
        let looks = Wait::new("the API server", PATIENCE).every(PAUSE);
        let looked = looks.until(async || self.look(waiting, kinds, give_up).await);
        let (live, pods, sets) = looked.done().await.map_err(|late| late.missing)?;
        let objects = waiting.keys().filter_map(|key| found(key, &live));
        let theirs = objects.flat_map(|object| pods_of(object, &pods));
        last_words.ask(self.client(), theirs).await;
        let mut failed = false;
        waiting.retain(|key, said| {
            let (phase, words) = match judge(key, &live, &pods, self.restarted, last_words) {
                Status::Ready => (Phase::Ready, String::new()),
                Status::Waiting(words) => match found(key, &live) {
                    Some(object) if will_not_run(object, &sets, &pods) => (Phase::Failed, words),
                    _ => (Phase::Waiting, words),
                },
                Status::Failed(words) => (Phase::Failed, words),
            };
            failed |= phase == Phase::Failed;
            if phase == Phase::Ready || *said != words {
                report(Progress::new(&key.name, phase, &words));
                *said = words;
            }
            phase != Phase::Ready
        });
        Ok(match (waiting.is_empty(), failed) {
            (true, _) => Phase::Ready,
            (false, true) => Phase::Failed,
            (false, false) => Phase::Waiting,
        })
    }

    /// Everything that `waiting` names as it is now, all pods, and all ReplicaSets where something may be given up.
    async fn look(
        &self,
        waiting: &BTreeMap<Key, String>,
        kinds: &Kinds,
        give_up: bool,
    ) -> Result<Seen, Error> {
        let params = ListParams::default().labels(MANAGED_BY);
        let named: BTreeSet<_> = waiting.keys().map(|key| (&key.group, &key.kind)).collect();
        let lists = named.into_iter().filter_map(|(group, kind)| {
            let key = waiting
                .keys()
                .find(|key| (&key.group, &key.kind) == (group, kind))?;
            let api = kinds.preferred(key)?.everywhere(self.client());
            let params = &params;
            Some(async move {
                let list = api.list(params).await?;
                Ok(list.items.into_iter().map(move |object| {
                    let key = Key {
                        group: group.clone(),
                        kind: kind.clone(),
                        namespace: object.metadata.namespace.clone(),
                        name: object.metadata.name.clone().unwrap_or_default(),
                    };
                    (key, object)
                }))
            })
        });
        let pods: Api<Pod> = Api::all(self.client().clone());
        let everywhere = ListParams::default();
        let sets = async {
            let api: Api<ReplicaSet> = Api::all(self.client().clone());
            match give_up {
                true => Ok(api.list(&everywhere).await?.items),
                false => Ok(Vec::new()),
            }
        };
        let (lists, pods, sets) = try_join3(try_join_all(lists), pods.list(&everywhere), sets)
            .await
            .map_err(failed("look whether the workloads are ready"))?;
        Ok((lists.into_iter().flatten().collect(), pods.items, sets))
    }
}

/// The object of `key`.
fn found<'a>(key: &Key, live: &'a BTreeMap<Key, DynamicObject>) -> Option<&'a DynamicObject> {
    live.get(key).or_else(|| {
        // An object that names no namespace is in `default`.
        let namespace = Some("default".to_owned());
        live.get(&Key {
            namespace: key.namespace.clone().or(namespace),
            ..key.clone()
        })
    })
}

/// The status of `key`, with the state of its pods where it waits for them, and what those that fail
/// said last.
fn judge(
    key: &Key,
    live: &BTreeMap<Key, DynamicObject>,
    pods: &[Pod],
    restarted: Option<Timestamp>,
    last_words: &LastWords,
) -> Status {
    let Some(object) = found(key, live) else {
        return Status::Waiting("it is not there yet".into());
    };
    match readiness(&key.kind, object) {
        Status::Ready => {
            // For a moment after a restart a workload's own status is older than its pods'.
            let unsettled = restarted.and_then(|moment| {
                let mut pods = pods_of(object, pods);
                pods.find_map(|pod| unsettled(pod, moment))
            });
            unsettled.map_or(Status::Ready, Status::Waiting)
        }
        Status::Waiting(words) => {
            // Pods with the same trouble are told of once, whatever time their lines begin with.
            let troubles: BTreeSet<_> = pods_of(object, pods)
                .filter_map(|pod| {
                    let told = trouble_with(pod, |container| last_words.of(pod, container));
                    Some((trouble(pod)?, told?))
                })
                .collect();
            let troubles: BTreeMap<_, _> = troubles.into_iter().collect();
            let troubles: Vec<_> = troubles.into_values().collect();
            match troubles.as_slice() {
                [] => Status::Waiting(words),
                some => Status::Waiting(format!("{words}: {}", some.join(", "))),
            }
        }
        Status::Failed(words) => {
            let youngest = pods_of(object, pods)
                .filter_map(|pod| {
                    let line = statuses(pod).find_map(|it| last_words.of(pod, it))?;
                    Some((pod.metadata.creation_timestamp.as_ref()?.0, line))
                })
                .max();
            match youngest {
                Some((_, line)) => Status::Failed(format!("{words}: {line}")),
                None => Status::Failed(words),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn live() -> BTreeMap<Key, DynamicObject> {
        let object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "namespace": "default", "uid": "1", "generation": 1},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}},
            "status": {"observedGeneration": 1, "updatedReplicas": 1}});
        BTreeMap::from([(
            "apps/Deployment/default/a".parse().unwrap(),
            serde_json::from_value(object).unwrap(),
        )])
    }

    fn pod(app: &str) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": app, "namespace": "default", "uid": "2", "labels": {"app": app}},
            "status": {"phase": "Pending", "containerStatuses": [{"name": "c", "image": "", "imageID": "",
                "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}]}}))
        .unwrap()
    }

    fn silent() -> LastWords {
        LastWords::default()
    }

    /// A pod of `a` whose container has ended.
    fn ended(uid: &str, created: &str) -> Pod {
        let mut pod = pod("a");
        pod.metadata.uid = Some(uid.into());
        pod.metadata.creation_timestamp = serde_json::from_value(json!(created)).unwrap();
        let state = json!({"terminated": {"exitCode": 2, "reason": "Error"}});
        let containers = pod.status.as_mut().unwrap().container_statuses.as_mut();
        containers.unwrap()[0].state = serde_json::from_value(state).unwrap();
        pod
    }

    #[test]
    fn a_workload_tells_what_its_container_said_before_it_ended() {
        let key = "apps/Deployment/default/a".parse().unwrap();
        let pods = [
            ended("2", "2026-01-01T00:00:00Z"),
            ended("3", "2026-01-01T00:00:00Z"),
        ];
        let said = LastWords::told(&[(&pods[0], "panic: cannot open /x")]);
        assert_eq!(
            judge(&key, &live(), &pods, None, &said),
            Status::Waiting("0/1 available: c: Error, exit code 2: panic: cannot open /x".into())
        );
    }

    #[test]
    fn a_job_that_has_failed_tells_what_its_youngest_pod_said() {
        let job = json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"name": "a", "namespace": "default", "uid": "1"},
            "spec": {"selector": {"matchLabels": {"app": "a"}}},
            "status": {"conditions": [{"type": "Failed", "status": "True", "message": "too often"}]}});
        let key: Key = "batch/Job/default/a".parse().unwrap();
        let live = BTreeMap::from([(key.clone(), serde_json::from_value(job).unwrap())]);
        let (old, new) = (
            ended("9", "2026-01-01T00:00:00Z"),
            ended("3", "2026-01-01T00:00:09Z"),
        );
        let said = LastWords::told(&[(&old, "no /y"), (&new, "no /x")]);
        let failed = |said: &LastWords| judge(&key, &live, &[new.clone(), old.clone()], None, said);
        let Status::Failed(words) = failed(&silent()) else {
            panic!("it has not failed");
        };
        assert_eq!(failed(&said), Status::Failed(format!("{words}: no /x")));
    }

    #[test]
    fn a_workload_tells_what_its_own_pods_wait_for() {
        let key = "apps/Deployment/default/a".parse().unwrap();
        assert_eq!(
            judge(&key, &live(), &[pod("a"), pod("b")], None, &silent()),
            Status::Waiting("0/1 available: c: ContainerCreating".into())
        );
    }

    #[test]
    fn after_a_restart_a_workload_is_as_ready_as_its_pods() {
        let key = "apps/Deployment/default/a".parse().unwrap();
        let mut live = live();
        let ready = json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1});
        live.get_mut(&key).unwrap().data["status"] = ready;
        let judged = |pods: &[Pod], restarted| judge(&key, &live, pods, restarted, &silent());
        let moment = Some("2026-01-01T00:00:00Z".parse().unwrap());
        let waits = Status::Waiting("c: ContainerCreating".into());
        assert_eq!(judged(&[pod("a")], moment), waits);
        assert_eq!(judged(&[pod("a")], None), Status::Ready);
        let mut stopping = pod("a");
        stopping.metadata.deletion_timestamp =
            serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        let mut evicted = pod("a");
        evicted.status.as_mut().unwrap().phase = Some("Failed".into());
        assert_eq!(
            judged(&[stopping, evicted, pod("b")], moment),
            Status::Ready
        );
    }

    #[test]
    fn a_workload_that_names_no_namespace_is_found_in_default() {
        let key = "apps/Deployment//a".parse().unwrap();
        assert_eq!(
            judge(&key, &live(), &[], None, &silent()),
            Status::Waiting("0/1 available".into())
        );
    }
}
