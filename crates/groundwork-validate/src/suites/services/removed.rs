//! A service that is removed leaves nothing.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::{Api, api::ListParams};

use super::own::{AXUM, BUILT, CHECK, FASTAPI, Kind, Own, remove_one};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict},
    shared::{objects::plain, wait::wait_for, words::timed},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.8",
        name: "a service in Python that is removed leaves nothing in the cluster",
        bound: "no pod, no setting, no record of it",
        deadline: BUILT,
        run: |context| Box::pin(removed(context, &FASTAPI)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.8",
        name: "a service in Rust that is removed leaves nothing in the cluster",
        bound: "no pod, no setting, no record of it",
        deadline: BUILT,
        run: |context| Box::pin(removed(context, &AXUM)),
        ..CHECK
    },
];

/// For the last pod to end: it still takes requests for a while.
const GONE: Duration = Duration::from_secs(60);

async fn removed(context: &Context, kind: &'static Kind) -> Verdict {
    let _own = Own::deployed(context, kind).await?;
    let cluster = context.cluster().await?;
    let started = Instant::now();
    remove_one(context, kind).await?;
    if cluster.service(kind.name).await?.is_some() {
        return Err("it is still remembered".into());
    }
    let of_it = ListParams::default().labels(&format!("app.kubernetes.io/name={}", kind.name));
    let pods: Api<Pod> = Api::all(cluster.client().clone());
    let maps: Api<ConfigMap> = Api::all(cluster.client().clone());
    wait_for("its end", GONE, async || {
        let pods = pods.list_metadata(&of_it).await.map_err(plain)?.items.len();
        let maps = maps.list_metadata(&of_it).await.map_err(plain)?.items.len();
        match pods + maps {
            0 => Ok(()),
            _ => Err(CheckFailure::from(format!(
                "{pods} pods and {maps} settings are there"
            ))),
        }
    })
    .await?;
    Ok(timed("gone", started))
}
