//! Whether an object is ready, by what its controller has written into it; in the way of kstatus.
//!
//! Pure: it sees one object and sends no requests.

use kube::api::DynamicObject;
use serde_json::Value;

/// How far an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It does what it is there for.
    Ready,
    /// Not ready yet, and what is missing.
    Waiting(String),
    /// It will not become ready by itself, and why.
    Failed(String),
}

/// The kinds whose readiness has a rule here; all others are ready once they are applied.
pub(crate) fn has_rule(kind: &str) -> bool {
    matches!(
        kind,
        "Deployment"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "Pod"
            | "PersistentVolumeClaim"
            | "APIService"
            | "CustomResourceDefinition"
            | "Node"
    )
}

/// Judges `object`, which is of `kind`.
#[must_use]
pub fn readiness(kind: &str, object: &DynamicObject) -> Status {
    let seen = count(object, "/status/observedGeneration");
    if let (Some(generation), Some(seen)) = (object.metadata.generation, seen) {
        if seen < generation {
            return waiting("its controller has not seen the change yet");
        }
    }
    match kind {
        "Deployment" => deployment(object),
        "StatefulSet" => stateful_set(object),
        "DaemonSet" => daemon_set(object),
        "Job" => job(object),
        "Pod" => pod(object),
        "PersistentVolumeClaim" => claim(object),
        "APIService" => by_condition(object, "Available"),
        "CustomResourceDefinition" => by_condition(object, "Established"),
        "Node" => by_condition(object, "Ready"),
        _ => Status::Ready,
    }
}

fn waiting(what: impl Into<String>) -> Status {
    Status::Waiting(what.into())
}

fn count(object: &DynamicObject, pointer: &str) -> Option<i64> {
    object.data.pointer(pointer).and_then(Value::as_i64)
}

fn text<'a>(object: &'a DynamicObject, pointer: &str) -> &'a str {
    let value = object.data.pointer(pointer).and_then(Value::as_str);
    value.unwrap_or_default()
}

/// Reason or message of a condition, the message where there is one.
fn condition<'a>(object: &'a DynamicObject, name: &str) -> Option<(&'a str, &'a str)> {
    let conditions = object.data.pointer("/status/conditions")?.as_array()?;
    let found = conditions.iter().find(|it| it["type"] == name)?;
    let words = ["message", "reason"]
        .iter()
        .filter_map(|field| found[field].as_str())
        .find(|words| !words.is_empty());
    Some((found["status"].as_str()?, words.unwrap_or_default()))
}

fn by_condition(object: &DynamicObject, name: &str) -> Status {
    match condition(object, name) {
        Some(("True", _)) => Status::Ready,
        Some((_, "")) | None => waiting(format!("not {name} yet")),
        Some((_, why)) => waiting(format!("not {name}: {why}")),
    }
}

fn deployment(object: &DynamicObject) -> Status {
    let of = |name: &str| count(object, &format!("/status/{name}")).unwrap_or(0);
    // Only a controller that has seen it writes this; without it every count is still missing.
    if count(object, "/status/observedGeneration").is_none() {
        return waiting("its controller has not seen it yet");
    }
    let wanted = count(object, "/spec/replicas").unwrap_or(1);
    let (all, updated, available) = (
        of("replicas"),
        of("updatedReplicas"),
        of("availableReplicas"),
    );
    if let Some(("True", why)) = condition(object, "ReplicaFailure") {
        return waiting(format!("{available}/{wanted} available: {why}"));
    }
    if updated < wanted {
        waiting(format!("{updated}/{wanted} up to date"))
    } else if available < wanted {
        waiting(format!("{available}/{wanted} available"))
    } else if all > updated {
        waiting(format!("{} of the version before to stop", all - updated))
    } else {
        Status::Ready
    }
}

fn stateful_set(object: &DynamicObject) -> Status {
    let of = |name: &str| count(object, &format!("/status/{name}")).unwrap_or(0);
    if count(object, "/status/observedGeneration").is_none() {
        return waiting("its controller has not seen it yet");
    }
    let wanted = count(object, "/spec/replicas").unwrap_or(1);
    let (ready, updated) = (of("readyReplicas"), of("updatedReplicas"));
    let by_hand = text(object, "/spec/updateStrategy/type") == "OnDelete";
    if ready < wanted {
        waiting(format!("{ready}/{wanted} ready"))
    } else if of("replicas") > wanted {
        waiting(format!("{} to stop", of("replicas") - wanted))
    } else if !by_hand
        && text(object, "/status/currentRevision") != text(object, "/status/updateRevision")
    {
        waiting(format!("{updated}/{wanted} up to date"))
    } else {
        Status::Ready
    }
}

fn daemon_set(object: &DynamicObject) -> Status {
    let of = |name: &str| count(object, &format!("/status/{name}")).unwrap_or(0);
    if count(object, "/status/observedGeneration").is_none() {
        return waiting("its controller has not seen it yet");
    }
    let wanted = of("desiredNumberScheduled");
    let (updated, available) = (of("updatedNumberScheduled"), of("numberAvailable"));
    let by_hand = text(object, "/spec/updateStrategy/type") == "OnDelete";
    if !by_hand && updated < wanted {
        waiting(format!("{updated}/{wanted} up to date"))
    } else if available < wanted {
        waiting(format!("{available}/{wanted} available"))
    } else {
        Status::Ready
    }
}

fn job(object: &DynamicObject) -> Status {
    if let Some(("True", why)) = condition(object, "Failed") {
        return Status::Failed(format!("the job failed: {why}"));
    }
    let suspended = object.data.pointer("/spec/suspend") == Some(&Value::Bool(true));
    if suspended || matches!(condition(object, "Complete"), Some(("True", _))) {
        return Status::Ready;
    }
    let wanted = count(object, "/spec/completions").unwrap_or(1);
    let done = count(object, "/status/succeeded").unwrap_or(0);
    waiting(format!("{done}/{wanted} complete"))
}

fn pod(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Succeeded" => Status::Ready,
        "Failed" => {
            let why = [
                text(object, "/status/message"),
                text(object, "/status/reason"),
            ];
            let why = why.into_iter().find(|why| !why.is_empty());
            Status::Failed(format!(
                "the pod failed: {}",
                why.unwrap_or("a container ended with an error")
            ))
        }
        _ => by_condition(object, "Ready"),
    }
}

/// A pending claim counts as ready: with WaitForFirstConsumer it stays so until a pod uses it,
/// and that pod is waited for.
fn claim(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Lost" => Status::Failed("its volume is gone".into()),
        "" => waiting("its controller has not seen it yet"),
        _ => Status::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(kind: &str, mut object: Value) -> Status {
        object["apiVersion"] = "v1".into();
        object["kind"] = kind.into();
        readiness(kind, &serde_json::from_value(object).unwrap())
    }

    fn deployment_with(status: Value) -> Status {
        judge(
            "Deployment",
            json!({"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": status}),
        )
    }

    #[test]
    fn a_deployment_that_its_controller_has_not_seen_is_waited_for() {
        for status in [
            json!({}),
            json!({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}),
        ] {
            assert!(matches!(deployment_with(status), Status::Waiting(_)));
        }
    }

    #[test]
    fn a_deployment_says_how_many_replicas_are_available() {
        let status = json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 1});
        assert_eq!(deployment_with(status), waiting("1/2 available"));
    }

    #[test]
    fn a_deployment_is_not_ready_while_replicas_of_the_version_before_remain() {
        let status = json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 3});
        assert_eq!(
            deployment_with(status),
            waiting("1 of the version before to stop")
        );
    }

    #[test]
    fn a_deployment_whose_replicas_are_all_new_and_available_is_ready() {
        let status = json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2});
        assert_eq!(deployment_with(status), Status::Ready);
    }

    #[test]
    fn a_deployment_shows_why_its_pods_cannot_be_made() {
        let status = json!({"observedGeneration": 2, "conditions": [
            {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota exceeded"}]});
        assert_eq!(
            deployment_with(status),
            waiting("0/2 available: quota exceeded")
        );
    }

    #[test]
    fn a_stateful_set_is_ready_when_its_revision_is_everywhere() {
        let with = |current: &str| {
            judge(
                "StatefulSet",
                json!({"metadata": {"generation": 1}, "spec": {"replicas": 1}, "status": {
                    "observedGeneration": 1, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 0,
                    "currentRevision": current, "updateRevision": "b"}}),
            )
        };
        assert_eq!(with("a"), waiting("0/1 up to date"));
        assert_eq!(with("b"), Status::Ready);
    }

    #[test]
    fn a_daemon_set_is_ready_when_it_is_available_on_every_node() {
        let with = |available: i64| {
            judge(
                "DaemonSet",
                json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1,
                    "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": available}}),
            )
        };
        assert_eq!(with(0), waiting("0/1 available"));
        assert_eq!(with(1), Status::Ready);
    }

    #[test]
    fn a_job_is_ready_when_it_is_complete_and_fails_for_good() {
        let with = |condition: &str| {
            judge(
                "Job",
                json!({"status": {"conditions": [
                    {"type": condition, "status": "True", "message": "too many retries"}]}}),
            )
        };
        assert_eq!(with("Complete"), Status::Ready);
        assert_eq!(
            with("Failed"),
            Status::Failed("the job failed: too many retries".into())
        );
        assert_eq!(judge("Job", json!({"spec": {}})), waiting("0/1 complete"));
    }

    #[test]
    fn a_claim_that_waits_for_its_first_consumer_holds_nobody_up() {
        let with =
            |phase: &str| judge("PersistentVolumeClaim", json!({"status": {"phase": phase}}));
        assert_eq!(with("Pending"), Status::Ready);
        assert_eq!(with("Bound"), Status::Ready);
        assert!(matches!(with("Lost"), Status::Failed(_)));
    }

    #[test]
    fn an_api_service_says_why_it_is_not_available() {
        let status = judge(
            "APIService",
            json!({"status": {"conditions": [{"type": "Available", "status": "False",
                "reason": "MissingEndpoints", "message": "no endpoints"}]}}),
        );
        assert_eq!(status, waiting("not Available: no endpoints"));
    }

    #[test]
    fn a_pod_is_ready_when_it_runs_and_says_so_or_has_succeeded() {
        let with = |phase: &str, ready: &str| {
            judge(
                "Pod",
                json!({"status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}}),
            )
        };
        assert_eq!(with("Running", "True"), Status::Ready);
        assert_eq!(with("Succeeded", "False"), Status::Ready);
        assert!(matches!(with("Running", "False"), Status::Waiting(_)));
        assert!(matches!(with("Failed", "False"), Status::Failed(_)));
    }
}
