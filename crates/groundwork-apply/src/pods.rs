//! What keeps a pod from being ready, in a few words. Pure.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Pod};
use kube::api::DynamicObject;

/// What keeps `pod` from being ready, if anything does.
#[must_use]
pub fn trouble(pod: &Pod) -> Option<String> {
    trouble_with(pod, |_| None)
}

/// The same, with the last line of a container where `line` knows it.
pub(crate) fn trouble_with<'a>(
    pod: &Pod,
    line: impl Fn(&ContainerStatus) -> Option<&'a str>,
) -> Option<String> {
    let status = pod.status.as_ref()?;
    if status.phase.as_deref() == Some("Succeeded") {
        return None;
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return Some("stopping".into());
    }
    let conditions = status.conditions.as_deref().unwrap_or_default();
    let condition = |name: &str| conditions.iter().find(|it| it.type_ == name);
    if let Some(scheduled) = condition("PodScheduled").filter(|it| it.status == "False") {
        let why = scheduled.message.as_deref().unwrap_or("no node takes it");
        return Some(format!("not scheduled: {why}"));
    }
    if let Some(container) = statuses(pod).find(|container| !done(container)) {
        return Some(match line(container) {
            Some(line) => format!("{}: {line}", state(container, true)),
            None => state(container, false),
        });
    }
    match condition("Ready") {
        Some(ready) if ready.status == "True" => None,
        _ if status.phase.as_deref() == Some("Failed") => {
            Some(status.message.clone().unwrap_or_else(|| "failed".into()))
        }
        _ => Some("starting".into()),
    }
}

/// The pods that `object`'s selector chooses, or the pod that it is.
pub fn pods_of<'a>(object: &'a DynamicObject, pods: &'a [Pod]) -> impl Iterator<Item = &'a Pod> {
    let selector = object
        .data
        .pointer("/spec/selector/matchLabels")
        .and_then(|labels| labels.as_object());
    pods.iter().filter(move |pod| {
        let labels = pod.metadata.labels.as_ref();
        let chosen = selector.is_some_and(|wanted| {
            wanted.iter().all(|(label, value)| {
                labels
                    .and_then(|labels| labels.get(label))
                    .map(String::as_str)
                    == value.as_str()
            })
        });
        pod.metadata.namespace == object.metadata.namespace
            && (chosen || pod.metadata.uid == object.metadata.uid)
    })
}

/// The statuses of all containers, those of init containers first.
pub fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.as_ref();
    let init = status.and_then(|status| status.init_container_statuses.as_deref());
    let main = status.and_then(|status| status.container_statuses.as_deref());
    init.into_iter().flatten().chain(main.into_iter().flatten())
}

/// What keeps `pod` from running again as it did before the node was restarted at `moment`. A pod that is going, or
/// will not come back, no longer counts for its workload.
pub(crate) fn unsettled(pod: &Pod, moment: Timestamp) -> Option<String> {
    let phase = pod
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref());
    if pod.metadata.deletion_timestamp.is_some() || phase == Some("Failed") {
        return None;
    }
    match is_stale(pod, moment) {
        true => Some("its containers are not restarted yet".into()),
        false => trouble(pod),
    }
}

/// Whether `pod` speaks of a container that was started before `moment` as if it still ran.
fn is_stale(pod: &Pod, moment: Timestamp) -> bool {
    statuses(pod).any(|container| {
        let running = container
            .state
            .as_ref()
            .and_then(|state| state.running.as_ref());
        let started = running.and_then(|running| running.started_at.as_ref());
        started.is_some_and(|started| started.0.timestamp() < moment.as_second())
    })
}

/// Ready, or ended well (as an init container does).
fn done(container: &ContainerStatus) -> bool {
    let ended = container
        .state
        .as_ref()
        .and_then(|state| state.terminated.as_ref());
    container.ready || ended.is_some_and(|ended| ended.exit_code == 0)
}

/// Reasons of the kubelet for which a container does not start until somebody changes something.
const HOPELESS: [&str; 4] = [
    "CreateContainerConfigError",
    "ErrImageNeverPull",
    "ImagePullBackOff",
    "InvalidImageName",
];

/// Whether `container` will not run as it is: it cannot be started, or has ended at each of so many `starts`.
pub(crate) fn hopeless(container: &ContainerStatus, starts: i32) -> bool {
    let state = container.state.as_ref();
    let waiting = state.and_then(|state| state.waiting.as_ref());
    waiting
        .and_then(|it| it.reason.as_deref())
        .is_some_and(|reason| {
            HOPELESS.contains(&reason)
                || (reason == "CrashLoopBackOff" && container.restart_count >= starts)
        })
}

/// Whether `container` has ended or will not start, so that its log tells why.
pub(crate) fn fails(container: &ContainerStatus) -> bool {
    !done(container)
        && (container.restart_count > 0
            || container
                .state
                .as_ref()
                .is_some_and(|state| state.terminated.is_some()))
}

/// What `container` is at; `explained` when its last line follows.
fn state(container: &ContainerStatus, explained: bool) -> String {
    let name = &container.name;
    match container.state.as_ref() {
        Some(ContainerState {
            waiting: Some(waiting),
            ..
        }) => {
            let reason = waiting.reason.as_deref().unwrap_or("waiting");
            match waiting.message.as_deref() {
                // These are the ordinary steps of a start and have no message worth a line.
                _ if ["ContainerCreating", "PodInitializing"].contains(&reason) => {
                    format!("{name}: {reason}")
                }
                // Its message is how long the kubelet waits; the line says why.
                _ if explained && reason == "CrashLoopBackOff" => format!("{name}: {reason}"),
                Some(message) if !message.is_empty() => format!("{name}: {reason}: {message}"),
                _ => format!("{name}: {reason}"),
            }
        }
        Some(ContainerState {
            terminated: Some(ended),
            ..
        }) => {
            let reason = ended.reason.as_deref().unwrap_or("ended");
            format!("{name}: {reason}, exit code {}", ended.exit_code)
        }
        _ if container.restart_count > 0 => {
            format!("{name}: not ready, {} restarts", container.restart_count)
        }
        _ => format!("{name}: not ready"),
    }
}

/// What to do about pods in the states `states`.
pub(crate) fn remedy(states: &[String]) -> Option<&'static str> {
    let any = |words: &[&str]| {
        states
            .iter()
            .any(|state| words.iter().any(|word| state.contains(word)))
    };
    if any(&["ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff"]) {
        Some(
            "the image is not in the node: write the name of a component that has an image.nix, without a tag",
        )
    } else if any(&["CreateContainerConfigError"]) {
        Some("a ConfigMap, Secret or key that the container names is missing")
    } else if any(&["OOMKilled"]) {
        Some("raise the container's memory limit")
    } else if any(&["not scheduled"]) {
        Some("lower the workload's requests, or free memory and CPU")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn trouble_of(status: Value) -> Option<String> {
        let pod = json!({"metadata": {"name": "a"}, "spec": {"containers": []}, "status": status});
        trouble(&serde_json::from_value(pod).unwrap())
    }

    fn container(ready: bool, restarts: i32, state: Value) -> Value {
        json!({"name": "hello", "image": "i", "imageID": "", "ready": ready,
               "restartCount": restarts, "state": state})
    }

    #[test]
    fn a_container_that_crashes_shows_its_reason() {
        let state = json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}});
        assert_eq!(
            trouble_of(
                json!({"phase": "Running", "containerStatuses": [container(false, 3, state)]})
            ),
            Some("hello: CrashLoopBackOff: back-off 10s".into())
        );
    }

    #[test]
    fn the_last_line_of_a_container_that_crashes_takes_the_place_of_its_back_off() {
        let state = json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}});
        let pod =
            json!({"metadata": {}, "status": {"containerStatuses": [container(false, 3, state)]}});
        let pod = serde_json::from_value(pod).unwrap();
        assert_eq!(
            trouble_with(&pod, |_| Some("panic: no /x")).unwrap(),
            "hello: CrashLoopBackOff: panic: no /x"
        );
    }

    #[test]
    fn an_image_that_is_not_in_the_node_has_a_remedy() {
        let state = json!({"waiting": {"reason": "ErrImageNeverPull", "message": "not present"}});
        let words = trouble_of(
            json!({"phase": "Pending", "containerStatuses": [container(false, 0, state)]}),
        );
        assert!(remedy(&[words.unwrap()]).unwrap().contains("image"));
    }

    #[test]
    fn an_ended_container_shows_its_exit_code() {
        let state = json!({"terminated": {"reason": "OOMKilled", "exitCode": 137}});
        assert_eq!(
            trouble_of(
                json!({"phase": "Running", "containerStatuses": [container(false, 1, state)]})
            ),
            Some("hello: OOMKilled, exit code 137".into())
        );
    }

    #[test]
    fn an_init_container_that_ended_well_is_no_trouble() {
        let ended = container(false, 0, json!({"terminated": {"exitCode": 0}}));
        let runs = container(true, 0, json!({"running": {}}));
        assert_eq!(
            trouble_of(json!({"phase": "Running", "initContainerStatuses": [ended],
                "containerStatuses": [runs], "conditions": [{"type": "Ready", "status": "True"}]})),
            None
        );
    }

    #[test]
    fn a_container_of_before_the_restart_is_not_believed() {
        let pod = json!({"metadata": {}, "status": {"containerStatuses": [container(
            true, 0, json!({"running": {"startedAt": "2026-01-01T00:00:10Z"}}))]}});
        let pod = serde_json::from_value(pod).unwrap();
        assert!(is_stale(&pod, "2026-01-01T00:00:11Z".parse().unwrap()));
        assert!(!is_stale(&pod, "2026-01-01T00:00:10.9Z".parse().unwrap()));
    }

    #[test]
    fn a_pod_that_no_node_takes_says_why() {
        assert_eq!(
            trouble_of(json!({"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]})),
            Some("not scheduled: 0/1 nodes are available".into())
        );
    }
}
