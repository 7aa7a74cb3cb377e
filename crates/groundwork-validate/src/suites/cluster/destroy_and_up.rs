//! The cluster is made anew.

use std::{collections::BTreeSet, time::Instant};

use groundwork_apply::{Cluster, Digest};
use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment, StatefulSet},
    batch::v1::{CronJob, Job},
    core::v1::{PersistentVolumeClaim, Pod},
};
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, ListParams},
};

use super::hello;
use crate::{
    runner::{Check, CheckFailure, Context, Verdict},
    shared::{
        namespace::{self, NAMESPACE},
        objects::plain,
        words::timed,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "`destroy` and `up` give the same cluster again",
    bound: "equal hash over all objects",
    run: |context| Box::pin(destroy_and_up(context)),
    ..Check::DISRUPTIVE
}];

/// Namespaces that every cluster has; nothing in them but the stack's own can be a person's loss.
const SYSTEM: &[&str] = &["kube-node-lease", "kube-public", "kube-system", NAMESPACE];

async fn destroy_and_up(context: &Context) -> Verdict {
    namespace::remove(context).await?;
    let cluster = context.cluster().await?;
    let before = cluster.digest().await?;
    let others = others(&cluster, &namespaces(&before)).await?;
    if !others.is_empty() {
        let names = others.join(", ");
        return Err(format!(
            "not destroyed, because the cluster holds what is not the stack's: {names}"
        )
        .into());
    }
    context.launch(&["destroy", "--yes"]).await?;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let again = timed("up again", started);
    let after = context.cluster().await?.digest().await?;
    hello::answers(context).await?;
    let differences = before.differences(&after);
    let short = |digest: &Digest| digest.hash.chars().take(12).collect::<String>();
    match differences.as_slice() {
        [] => Ok(format!(
            "{} objects, {} -> {}, {again}",
            after.objects.len(),
            short(&before),
            short(&after)
        )),
        some => Err(some.join("; ").into()),
    }
}

/// The namespaces in which the stack has objects, and those that are its own.
fn namespaces(digest: &Digest) -> BTreeSet<&str> {
    digest
        .objects
        .keys()
        .filter_map(|key| {
            let mut parts = key.splitn(4, '/').skip(1);
            match (parts.next()?, parts.next()?, parts.next()?) {
                ("Namespace", _, name) => Some(name),
                (_, "", _) => None,
                (_, namespace, _) => Some(namespace),
            }
        })
        .chain(SYSTEM.iter().copied())
        .collect()
}

/// Claims and workloads in other namespaces than `ours`, as a person would name them.
async fn others(cluster: &Cluster, ours: &BTreeSet<&str>) -> Result<Vec<String>, CheckFailure> {
    let kinds = [
        ApiResource::erase::<PersistentVolumeClaim>(&()),
        ApiResource::erase::<Deployment>(&()),
        ApiResource::erase::<StatefulSet>(&()),
        ApiResource::erase::<DaemonSet>(&()),
        ApiResource::erase::<CronJob>(&()),
        ApiResource::erase::<Job>(&()),
        ApiResource::erase::<Pod>(&()),
    ];
    let mut found = vec![];
    for kind in kinds {
        let api: Api<DynamicObject> = Api::all_with(cluster.client().clone(), &kind);
        let list = api
            .list_metadata(&ListParams::default())
            .await
            .map_err(plain)?;
        for object in list {
            let namespace = object.namespace().unwrap_or_default();
            // What a workload made is named by the workload.
            if object.owner_references().is_empty() && !ours.contains(namespace.as_str()) {
                found.push(format!("{} {namespace}/{}", kind.kind, object.name_any()));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_stacks_namespaces_are_those_of_its_objects() {
        let keys = [
            "/Namespace//hello",
            "apps/Deployment/shop/shop",
            "rbac.authorization.k8s.io/ClusterRole//system:shop",
        ];
        let digest = Digest {
            hash: String::new(),
            objects: keys.map(|key| (key.to_owned(), String::new())).into(),
        };
        let mut expected: BTreeSet<_> = SYSTEM.iter().copied().collect();
        expected.extend(["hello", "shop"]);
        assert_eq!(namespaces(&digest), expected);
        assert!(
            !namespaces(&Digest {
                objects: BTreeMap::new(),
                ..digest
            })
            .contains("default")
        );
    }
}
