//! Gathers what is known about objects that are not ready: events, pods and logs.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Event, Pod};
use kube::{
    Api,
    api::{DynamicObject, ListParams, LogParams},
};

use crate::{
    Cluster, Diagnosis, Error, Key,
    discovery::Kinds,
    pods::{fails, pods_of, statuses, trouble},
};

/// Events that are shown of an object and its pods together.
const EVENTS: usize = 5;

/// Log lines that are shown of each container that fails.
const LOG_LINES: i64 = 10;

impl Cluster {
    /// The error for objects that are not ready, each with what it waits for. What cannot be
    /// learned is left out: the error itself matters more.
    pub(crate) async fn not_ready(
        &self,
        wave: &str,
        waiting: &BTreeMap<Key, String>,
        kinds: &Kinds,
    ) -> Error {
        let mut diagnoses = vec![];
        for (key, waiting_for) in waiting {
            diagnoses.push(self.diagnose(key, waiting_for, kinds).await);
        }
        Error::NotReady {
            wave: wave.into(),
            diagnoses,
        }
    }

    async fn diagnose(&self, key: &Key, waiting_for: &str, kinds: &Kinds) -> Diagnosis {
        let mut diagnosis = Diagnosis {
            object: key.clone(),
            waiting_for: waiting_for.into(),
            events: vec![],
            pods: vec![],
            logs: vec![],
        };
        let object = match kinds.preferred(key) {
            Some(kind) => kind.api(self.client(), key).get_opt(&key.name).await,
            None => Ok(None),
        };
        let Ok(Some(object)) = object else {
            return diagnosis;
        };
        let namespace = object.metadata.namespace.clone().unwrap_or_default();
        let api: Api<Pod> = Api::namespaced(self.client().clone(), &namespace);
        let pods = match api.list(&ListParams::default()).await {
            Ok(list) if !namespace.is_empty() => list.items,
            _ => vec![],
        };
        let pods: Vec<&Pod> = pods_of(&object, &pods).collect();
        for pod in &pods {
            let name = pod.metadata.name.as_deref().unwrap_or_default();
            if let Some(trouble) = trouble(pod) {
                diagnosis.pods.push(format!("{name}: {trouble}"));
            }
            for container in statuses(pod).filter(|container| fails(container)) {
                let lines = last_lines(&api, name, &container.name, &[false, true]).await;
                let place = format!("{name}/{}", container.name);
                diagnosis.logs.push((place, lines));
            }
        }
        diagnosis.events = self.events(&object, &pods).await;
        diagnosis
    }

    async fn events(&self, object: &DynamicObject, pods: &[&Pod]) -> Vec<String> {
        let uids: Vec<_> = pods
            .iter()
            .map(|pod| &pod.metadata.uid)
            .chain([&object.metadata.uid])
            .collect();
        // Events of a cluster-wide object are in `default`.
        let namespace = object.metadata.namespace.as_deref().unwrap_or("default");
        let api: Api<Event> = Api::namespaced(self.client().clone(), namespace);
        let list = api.list(&ListParams::default()).await;
        let mut events: Vec<Event> = list.map(|list| list.items).unwrap_or_default();
        events.retain(|event| uids.contains(&&event.involved_object.uid));
        latest(events)
    }
}

/// The end of a container's log: of the first of its runs that has one, where `true` is the run before
/// this one.
pub(crate) async fn last_lines(
    api: &Api<Pod>,
    pod: &str,
    container: &str,
    previous: &[bool],
) -> Vec<String> {
    for &previous in previous {
        let params = LogParams {
            container: Some(container.into()),
            tail_lines: Some(LOG_LINES),
            previous,
            ..LogParams::default()
        };
        if let Ok(text) = api.logs(pod, &params).await {
            if !text.trim().is_empty() {
                return text.lines().map(str::to_owned).collect();
            }
        }
    }
    vec![]
}

/// The last [`EVENTS`] of `events`, oldest first, as text.
fn latest(mut events: Vec<Event>) -> Vec<String> {
    let time = |event: &Event| {
        let exact = event.event_time.as_ref().map(|time| time.0);
        let rounded = event.last_timestamp.as_ref().map(|time| time.0);
        exact.max(rounded)
    };
    events.sort_by_key(time);
    let first = events.len().saturating_sub(EVENTS);
    let words = |event: &Event| {
        format!(
            "{} {}: {}",
            event.involved_object.kind.as_deref().unwrap_or_default(),
            event.reason.as_deref().unwrap_or_default(),
            event.message.as_deref().unwrap_or_default().trim()
        )
    };
    events[first..].iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_latest_events_are_shown_oldest_first() {
        let events = (1..=7)
            .rev()
            .map(|second| {
                serde_json::from_value(json!({
                    "metadata": {}, "reason": "BackOff", "message": format!("try {second}"),
                    "involvedObject": {"kind": "Pod"},
                    "lastTimestamp": format!("2026-01-01T00:00:0{second}Z")}))
                .unwrap()
            })
            .collect();
        let shown = latest(events);
        assert_eq!(shown.len(), 5);
        assert_eq!(shown[0], "Pod BackOff: try 3");
        assert_eq!(shown[4], "Pod BackOff: try 7");
    }
}
