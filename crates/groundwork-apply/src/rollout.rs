//! Whether a Deployment's newest version will run. Pure.

use k8s_openapi::{
    api::{apps::v1::ReplicaSet, core::v1::Pod},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::api::DynamicObject;
use serde_json::Value;

use crate::pods::{hopeless, statuses};

/// The number of a version, which the Deployment's controller writes on it and on the version's ReplicaSet.
const REVISION: &str = "deployment.kubernetes.io/revision";

/// How often a container may end before that is taken for good; by then half a minute has passed.
const STARTS: i32 = 3;

/// Whether a pod of the newest version of the Deployment `object` will not run as it is, which the Deployment itself
/// does not tell. Pods of other versions do not count: after a roll-back these are the younger ones.
pub(crate) fn will_not_run(object: &DynamicObject, sets: &[ReplicaSet], pods: &[Pod]) -> bool {
    let seen = object.data.pointer("/status/observedGeneration");
    if seen.and_then(Value::as_i64) != object.metadata.generation {
        return false;
    }
    let newest = sets.iter().find(|set| {
        is_of(&set.metadata, &object.metadata)
            && revision(&set.metadata).is_some()
            && revision(&set.metadata) == revision(&object.metadata)
    });
    newest.is_some_and(|set| {
        pods.iter()
            .filter(|pod| is_of(&pod.metadata, &set.metadata))
            .filter(|pod| pod.metadata.deletion_timestamp.is_none())
            .any(|pod| statuses(pod).any(|it| hopeless(it, STARTS)))
    })
}

fn revision(metadata: &ObjectMeta) -> Option<&String> {
    metadata.annotations.as_ref()?.get(REVISION)
}

/// Whether `metadata` is that of an object which belongs to `owner`'s.
fn is_of(metadata: &ObjectMeta, owner: &ObjectMeta) -> bool {
    let owners = metadata.owner_references.iter().flatten();
    owners
        .map(|it| Some(&it.uid))
        .any(|it| it == owner.uid.as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(generation: i64, revision: &str) -> DynamicObject {
        serde_json::from_value(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "uid": "a", "generation": generation, "annotations": {REVISION: revision}},
            "status": {"observedGeneration": 1}}))
        .unwrap()
    }

    /// The ReplicaSet of a version of the Deployment `of`.
    fn version(of: &str, revision: &str) -> ReplicaSet {
        let owner = json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": of, "uid": of}]);
        serde_json::from_value(json!({"metadata": {
            "uid": format!("{of}-{revision}"), "annotations": {REVISION: revision}, "ownerReferences": owner}}))
        .unwrap()
    }

    /// A pod of the ReplicaSet `of`, whose container has ended so often.
    fn crashing(of: &str, restarts: i32) -> Pod {
        let owner = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": of, "uid": of}]);
        let container = json!({"name": "c", "image": "", "imageID": "", "ready": false, "restartCount": restarts,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}}});
        serde_json::from_value(json!({
            "metadata": {"name": of, "ownerReferences": owner}, "status": {"containerStatuses": [container]}}))
        .unwrap()
    }

    #[test]
    fn a_version_whose_pod_ends_at_every_start_is_given_up() {
        let sets = [version("a", "1"), version("a", "2")];
        let given_up = |pods: &[Pod]| will_not_run(&deployment(1, "2"), &sets, pods);
        assert!(!given_up(&[crashing("a-2", STARTS - 1)]));
        assert!(given_up(&[crashing("a-2", STARTS)]));
        let mut stopping = crashing("a-2", STARTS);
        stopping.metadata.deletion_timestamp =
            serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        assert!(!given_up(&[stopping]));
    }

    #[test]
    fn pods_of_another_version_are_not_asked() {
        // After a roll-back the version that works has the higher number, and the pod that crashes is the younger one.
        let sets = [version("a", "3"), version("a", "2"), version("b", "3")];
        let pods = [crashing("a-2", 9), crashing("b-3", 9)];
        assert!(!will_not_run(&deployment(1, "3"), &sets, &pods));
    }

    #[test]
    fn a_change_that_its_controller_has_not_seen_is_not_judged() {
        let (sets, pods) = ([version("a", "1")], [crashing("a-1", 9)]);
        assert!(will_not_run(&deployment(1, "1"), &sets, &pods));
        assert!(!will_not_run(&deployment(2, "1"), &sets, &pods));
        assert!(!will_not_run(&deployment(1, "1"), &[], &pods));
    }
}
