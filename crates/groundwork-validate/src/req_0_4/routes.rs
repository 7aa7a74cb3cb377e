//! Requests by their host: to whom they go, and from where they are taken.

use std::{
    collections::BTreeSet,
    fs,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use k8s_openapi::api::networking::v1::Ingress;
use kube::{
    Api,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::json;

use super::{
    HELLO_HOST, KNOWN,
    flow::{Flow, ask},
    ingress as address,
};
use crate::{
    Context, Failure, Verdict,
    figures::{duration, judged},
    test_bed::{NAMESPACE, SERVICE, TestBed, apply, name, plain},
    wait::{until, within},
};

/// How long nobody may answer while a pod is replaced; the bound is ours.
const SILENCE: Duration = Duration::from_secs(10);

const INGRESS_HOST: &str = "check-ingress.localhost";
const ROUTE_HOST: &str = "check-route.localhost";
const NOBODYS_HOST: &str = "check-nobody.localhost";

pub(super) async fn ingress(context: &Context) -> Verdict {
    let bed = TestBed::ready(context).await?;
    let cluster = context.cluster().await?;
    let api: Api<Ingress> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    let backend = json!({"service": {"name": SERVICE, "port": {"number": 80}}});
    let path = json!({"path": "/", "pathType": "Prefix", "backend": backend});
    let object = json!({"spec": {"rules": [{"host": INGRESS_HOST, "http": {"paths": [path]}}]}});
    apply(&api, SERVICE, object).await?;
    while_replaced(context, &bed, INGRESS_HOST).await
}

pub(super) async fn http_route(context: &Context) -> Verdict {
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
    until(host, KNOWN, async || {
        match ask(&url, host).await?.as_str() {
            pod if pod == old => Ok(()),
            other => Err(Failure::from(format!("'{other}' answers"))),
        }
    })
    .await?;
    let known = duration(started.elapsed());
    let flow = Flow::until(&url, host, async {
        bed.delete_pod(old).await?;
        Ok(name(&bed.other_pod_than(old).await?).to_owned())
    });
    let flow = flow.await?;
    judged(
        context.in_time(flow.longest(), SILENCE),
        format!("answered after {known}; {}", flow.words()),
    )
}

pub(super) async fn unknown_host(context: &Context) -> Verdict {
    let url = address(context)?;
    // Not a check that any refusal passes: the ingress knows its routes.
    until(HELLO_HOST, KNOWN, async || ask(&url, HELLO_HOST).await).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client.get(&url).header("host", NOBODYS_HOST);
    let answer = within(KNOWN, request.send()).await??;
    let status = answer.status();
    judged(
        status == 403,
        format!("{NOBODYS_HOST}: {status}; {HELLO_HOST}: 200 OK"),
    )
}

pub(super) async fn loopback_only(context: &Context) -> Verdict {
    let url = address(context)?;
    until(HELLO_HOST, KNOWN, async || ask(&url, HELLO_HOST).await).await?;
    let (_, port) = url.rsplit_once(':').ok_or("the ingress has no port")?;
    let table = fs::read_to_string("/proc/net/fib_trie")?;
    let others = own_addresses(&table);
    if others.is_empty() {
        return Err("this machine seems to have no other address".into());
    }
    let mut reached = vec![];
    for other in &others {
        // Something else may answer there, but not a service of the stack.
        if ask(&format!("http://{other}:{port}"), HELLO_HOST)
            .await
            .is_ok()
        {
            reached.push(other.to_string());
        }
    }
    judged(
        reached.is_empty(),
        match reached.as_slice() {
            [] => format!("on none of {} other addresses", others.len()),
            reached => format!("on {} too", reached.join(", ")),
        },
    )
}

/// This machine's own IPv4 addresses but for loopback, from the kernel's table of routes: an address
/// stands on a line of its own, above one that says what it is.
fn own_addresses(table: &str) -> BTreeSet<Ipv4Addr> {
    let mut address = None;
    let mut found = BTreeSet::new();
    for line in table.lines() {
        if let Some(text) = line.trim().strip_prefix("|-- ") {
            address = text.parse().ok();
        } else if line.trim() == "/32 host LOCAL" {
            found.extend(address.filter(|it: &Ipv4Addr| !it.is_loopback()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_the_local_hosts_but_for_loopback() {
        let table = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     \
            +-- 10.213.0.0/16 2 0 2\n        |-- 10.213.254.1\n           /32 host LOCAL\n        \
            |-- 10.213.254.255\n           /32 link BROADCAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n";
        let found: Vec<_> = own_addresses(table).into_iter().collect();
        assert_eq!(found, [Ipv4Addr::new(10, 213, 254, 1)]);
    }
}
