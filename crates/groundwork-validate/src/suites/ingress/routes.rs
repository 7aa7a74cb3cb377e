//! A new route answers under its host, also while its pod is replaced.

use std::time::{Duration, Instant};

use k8s_openapi::api::networking::v1::Ingress;
use kube::{
    Api,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::json;

use super::flow::Flow;
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, judged},
    shared::{
        ingress::{KNOWN, address, ask},
        namespace::NAMESPACE,
        objects::{apply, name, plain},
        test_bed::{SERVICE, TestBed},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.4",
        name: "a new Ingress answers under its host, also while its pod is replaced",
        bound: "the new pod answers; never 10 s without an answer",
        speed: Speed::Also,
        run: |context| Box::pin(ingress(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.4",
        name: "a new HTTPRoute answers under its host, also while its pod is replaced",
        bound: "the new pod answers; never 10 s without an answer",
        speed: Speed::Also,
        run: |context| Box::pin(http_route(context)),
        ..Check::GENTLE
    },
];

/// How long requests may go unanswered while a pod is replaced; the bound is ours.
const SILENCE: Duration = Duration::from_secs(10);

const INGRESS_HOST: &str = "check-ingress.localhost";
const ROUTE_HOST: &str = "check-route.localhost";

async fn ingress(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let cluster = context.cluster().await?;
    let api: Api<Ingress> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    let backend = json!({"service": {"name": SERVICE, "port": {"number": 80}}});
    let path = json!({"path": "/", "pathType": "Prefix", "backend": backend});
    let object = json!({"spec": {"rules": [{"host": INGRESS_HOST, "http": {"paths": [path]}}]}});
    apply(&api, SERVICE, object).await?;
    while_replaced(context, &bed, INGRESS_HOST).await
}

async fn http_route(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let cluster = context.cluster().await?;
    let kind = GroupVersionKind::gvk("gateway.networking.k8s.io", "v1", "HTTPRoute");
    let kind = ApiResource::from_gvk(&kind);
    let api: Api<DynamicObject> = Api::namespaced_with(cluster.client().clone(), NAMESPACE, &kind);
    let object = json!({
        "apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": SERVICE},
        "spec": {
            "parentRefs": [{"name": "gateway", "namespace": "ingress"}],
            "hostnames": [ROUTE_HOST],
            "rules": [{"backendRefs": [{"name": SERVICE, "port": 80}]}],
        },
    });
    let params = PatchParams::apply(NAMESPACE).force();
    let applied = api.patch(SERVICE, &params, &Patch::Apply(object)).await;
    applied.map_err(plain)?;
    while_replaced(context, &bed, ROUTE_HOST).await
}

/// The test service is reached under `host`, and stays so while its only pod is replaced.
async fn while_replaced(context: &Context, bed: &TestBed, host: &str) -> Verdict {
    let url = address(context)?;
    let started = Instant::now();
    let old = bed.pod().await?;
    let old = name(&old);
    wait_for(host, KNOWN, async || {
        match ask(&url, host).await?.as_str() {
            pod if pod == old => Ok(()),
            other => Err(CheckFailure::from(format!("'{other}' answers"))),
        }
    })
    .await?;
    let known = duration(started.elapsed());
    let flow = Flow::while_replacing(&url, host, async {
        bed.delete_pod(old).await?;
        Ok(name(&bed.other_pod_than(old).await?).to_owned())
    });
    let flow = flow.await?;
    judged(
        context.in_time(flow.longest(), SILENCE),
        format!("answered after {known}; {}", flow.words()),
    )
}
