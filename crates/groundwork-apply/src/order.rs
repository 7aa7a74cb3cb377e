//! The order within a wave: what others need goes first.

use crate::{Key, object::Object};

/// Objects of a stage are applied together, after those of every earlier stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Namespaces and new kinds.
    Ground,
    /// What workloads refer to: accounts, settings, volumes, services, rights.
    Settings,
    /// Workloads, and objects of kinds that the wave itself brought.
    Work,
    /// What sends the API server's requests to a workload.
    Extensions,
}

const STAGES: [Stage; 4] = [
    Stage::Ground,
    Stage::Settings,
    Stage::Work,
    Stage::Extensions,
];

impl Stage {
    /// The stage of the object that `key` names.
    #[must_use]
    pub fn of(key: &Key) -> Self {
        match (key.group.as_str(), key.kind.as_str()) {
            ("", "Namespace") | ("apiextensions.k8s.io", "CustomResourceDefinition") => {
                Self::Ground
            }
            ("", "Pod" | "ReplicationController") | ("apps" | "batch", _) => Self::Work,
            ("apiregistration.k8s.io" | "admissionregistration.k8s.io", _) => Self::Extensions,
            ("", _) => Self::Settings,
            // Built-in groups have no dot or end in k8s.io; all others are somebody's own kinds,
            // which may need a webhook's service or a configuration of this wave.
            (group, _) if !group.contains('.') || group.ends_with(".k8s.io") => Self::Settings,
            _ => Self::Work,
        }
    }
}

/// The objects of each stage, in order; a stage without any is left out.
pub(crate) fn stages(objects: &[Object]) -> Vec<Vec<&Object>> {
    STAGES
        .iter()
        .map(|stage| {
            objects
                .iter()
                .filter(|object| Stage::of(&object.key) == *stage)
                .collect::<Vec<_>>()
        })
        .filter(|objects| !objects.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(key: &str) -> Stage {
        Stage::of(&key.parse().unwrap())
    }

    #[test]
    fn namespaces_and_new_kinds_go_before_everything() {
        assert_eq!(stage("/Namespace//a"), Stage::Ground);
        assert_eq!(
            stage("apiextensions.k8s.io/CustomResourceDefinition//a"),
            Stage::Ground
        );
    }

    #[test]
    fn a_workload_finds_its_account_settings_and_service_in_place() {
        for key in [
            "/ServiceAccount/a/a",
            "/ConfigMap/a/a",
            "/Secret/a/a",
            "/Service/a/a",
            "/PersistentVolumeClaim/a/a",
            "rbac.authorization.k8s.io/ClusterRole//a",
            "storage.k8s.io/StorageClass//a",
            "policy/PodDisruptionBudget/a/a",
        ] {
            assert!(stage(key) < stage("apps/Deployment/a/a"), "{key}");
        }
    }

    #[test]
    fn an_extension_of_the_api_goes_after_the_workload_that_serves_it() {
        let work = stage("apps/Deployment/a/a");
        assert!(stage("apiregistration.k8s.io/APIService//v1.a") > work);
        assert!(stage("admissionregistration.k8s.io/ValidatingWebhookConfiguration//a") > work);
    }

    #[test]
    fn an_object_of_somebodys_own_kind_goes_after_the_kind() {
        assert!(stage("example.com/Widget/a/a") > Stage::Ground);
    }
}
