//! What survives when parts are killed, the node is stopped, or everything is made anew.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

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

use super::service::answers;
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    node,
    test_bed::{self, TestBed, plain, timed},
    wait::until,
};

/// How long a killed node process may take until it is ready again, its back-off included.
const BACK: Duration = Duration::from_secs(60);

/// Namespaces that every cluster has; nothing in them but the stack's own can be a person's loss.
const SYSTEM: &[&str] = &[
    "kube-node-lease",
    "kube-public",
    "kube-system",
    test_bed::NAMESPACE,
];

pub(super) async fn supervisor(context: &Context) -> Verdict {
    let old = node::status(context).await?.supervisor_pid;
    let old = old.ok_or("no supervisor runs")?;
    let processes = node::pids(&context.state)?;
    node::kill(old)?;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let took = duration(started.elapsed());
    let status = node::status(context).await?;
    let new = status.supervisor_pid.ok_or("`up` started no supervisor")?;
    let after = node::pids(&context.state)?;
    let restarted: Vec<_> = processes
        .iter()
        .filter(|(name, pid)| after.get(*name) != Some(pid))
        .map(|(name, _)| name.as_str())
        .collect();
    answers(context).await?;
    let measured = format!("supervisor {old} -> {new}, `up` in {took}");
    match restarted.as_slice() {
        [] => judged(new != old, measured),
        names => Err(format!("{measured}, but restarted: {}", names.join(", ")).into()),
    }
}

pub(super) async fn processes(context: &Context) -> Verdict {
    let (mut back, mut in_time) = (vec![], true);
    for (name, pid) in node::pids(&context.state)? {
        let started = Instant::now();
        node::kill(pid)?;
        until(&name, BACK, async || {
            let status = node::status(context).await?;
            let state = status.processes.iter().find(|process| process.name == name);
            let state = state.ok_or("nobody starts it again")?;
            match node::pids(&context.state)?.get(&name) {
                Some(new) if *new != pid && state.ready => Ok(()),
                Some(new) if *new != pid => Err(Failure::from(state.reason.clone())),
                _ => Err("it was not started again".into()),
            }
        })
        .await?;
        let took = started.elapsed();
        in_time &= context.in_time(took, BACK);
        answers(context)
            .await
            .map_err(|failure| format!("after {name} was killed: {failure}"))?;
        back.push(format!("{name} {}", duration(took)));
    }
    judged(in_time && !back.is_empty(), back.join(", "))
}

pub(super) async fn down_and_up(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let note = format!("written before `down` at {}", jiff::Timestamp::now());
    bed.write_note("down", &note).await?;
    context.launch(&["down"]).await?;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let took = duration(started.elapsed());
    answers(context).await?;
    let found = TestBed::ready(context).await?.read_note("down").await?;
    judged(found == note, format!("`up` in {took}, read '{found}'"))
}

pub(super) async fn destroy_and_up(context: &Context) -> Verdict {
    test_bed::remove(context).await?;
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
    answers(context).await?;
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
async fn others(cluster: &Cluster, ours: &BTreeSet<&str>) -> Result<Vec<String>, Failure> {
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
