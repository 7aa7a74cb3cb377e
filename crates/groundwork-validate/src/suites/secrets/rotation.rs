//! A service takes a rotated token without a restart: hello by the API, hello-publisher by a volume.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use groundwork_contract::role;
use groundwork_process::wait::over;
use groundwork_secrets::store::{Id, Store};
use k8s_openapi::api::core::v1::{Pod, Service};
use kube::{Api, api::ListParams};
use reqwest::Client;
use tokio::{sync::watch, task::JoinSet};

use super::{
    hello::{HELLO, TOKEN, http, status},
    own::{secret, token},
    traffic::{Flow, Known, Upload},
};
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, judged},
    shared::{
        objects::{container, name, plain},
        wait::wait_for,
        words::duration,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "hello takes a rotated token without a restart",
    bound: "< 60 s each; no request broken, those in flight answered 200, the same pods",
    speed: Speed::Also,
    run: |context| Box::pin(taken_over(context)),
    ..Check::DISRUPTIVE
}];

/// REQ-0.6: "services reload without restart"; the bound is ours.
const WITHIN: Duration = Duration::from_secs(60);
/// The services that take the token, by their labels.
const SERVICES: [&str; 2] = ["hello", "hello-publisher"];

async fn taken_over(context: &Context) -> Verdict {
    let cluster = context.cluster().await?;
    let store = Store::new(cluster.client().clone());
    let id = Id::new(HELLO, TOKEN)?;
    let services: Api<Service> = Api::namespaced(cluster.client().clone(), HELLO);
    let urls = [context.endpoint(role::SAMPLE)?, address(&services).await?];
    let client = http()?;
    let old = token(&store, &id).await?;
    for url in &urls {
        // An earlier rotation may be on its way still.
        answers(&client, url, &old, 200).await?;
    }

    let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), HELLO);
    let before = lives(&pods).await?;
    let (tell, known) = watch::channel(Known {
        token: old.clone(),
        replaced: false,
    });
    let mut streams = JoinSet::new();
    for url in &urls {
        streams.spawn(Flow::run(client.clone(), url.clone(), known.clone()));
    }
    drop(known);
    let mut uploads = vec![];
    for url in &urls {
        uploads.push(Upload::begin(url, &old).await?);
    }

    let replaced = |known: &mut Known| known.replaced = true;
    tell.send_modify(replaced);
    let started = Instant::now();
    secret(
        context,
        &format!("rotate {TOKEN} -n {HELLO} --why checked"),
        "",
    )
    .await?;
    let new = token(&store, &id).await?;
    tell.send_replace(Known {
        token: new.clone(),
        replaced: false,
    });
    let took = futures::future::try_join_all(urls.iter().map(async |url| {
        answers(&client, url, &new, 200).await?;
        answers(&client, url, &old, 401).await?;
        Ok::<_, CheckFailure>(started.elapsed())
    }));
    let took = took.await?;

    let mut uploaded = vec![];
    for upload in uploads {
        uploaded.push(upload.finish().await?);
    }
    // Some more with the new one.
    over(Duration::from_secs(1)).await;
    drop(tell);
    let flows = streams.join_all().await;
    let after = lives(&pods).await?;

    let sum = |part: fn(&Flow) -> u32| flows.iter().map(part).sum::<u32>();
    let broken: Vec<_> = flows.iter().flat_map(|flow| flow.broken.clone()).collect();
    judged(
        new != old
            && took.iter().all(|took| context.in_time(*took, WITHIN))
            && uploaded.iter().all(|status| *status == 200)
            && flows.iter().all(|flow| flow.taken > 0)
            && broken.is_empty()
            && before == after,
        format!(
            "hello after {}, hello-publisher after {}; {} requests let in, {} with the old token refused, \
             {} broken{}; begun with the old one and ended after it: {uploaded:?}; pods {}",
            duration(took[0]),
            duration(took[1]),
            sum(|flow| flow.taken),
            sum(|flow| flow.late),
            broken.len(),
            broken
                .first()
                .map_or(String::new(), |first| format!(" ({first})")),
            match before == after {
                true => "the same, none restarted",
                false => "replaced or restarted",
            }
        ),
    )
}

/// Waits until the service at `url` answers a request with `token` by `wanted`.
async fn answers(client: &Client, url: &str, token: &str, wanted: u16) -> Result<(), CheckFailure> {
    wait_for(url, WITHIN, async || {
        match status(client, url, token).await? {
            status if status == wanted => Ok(()),
            other => Err(CheckFailure::from(format!("{other} instead of {wanted}"))),
        }
    })
    .await
}

/// Where the publisher answers; only inside the cluster, and so on this machine.
async fn address(services: &Api<Service>) -> Result<String, CheckFailure> {
    let service = services.get(SERVICES[1]).await.map_err(plain)?;
    let spec = service.spec.unwrap_or_default();
    let port = spec.ports.iter().flatten().next().map(|port| port.port);
    let address = spec.cluster_ip.zip(port);
    let (address, port) = address.ok_or("hello-publisher has no address")?;
    Ok(format!("http://{address}:{port}"))
}

/// The uid and the restarts of each pod of the services.
async fn lives(pods: &Api<Pod>) -> Result<BTreeMap<String, (String, i32)>, CheckFailure> {
    let labels = format!("app.kubernetes.io/name in ({})", SERVICES.join(","));
    let list = pods.list(&ListParams::default().labels(&labels)).await;
    let life = |pod: &Pod| {
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        Ok((name(pod).to_owned(), (uid, container(pod, "hello")?.1)))
    };
    let lives: BTreeMap<_, _> = list
        .map_err(plain)?
        .iter()
        .map(life)
        .collect::<Result<_, CheckFailure>>()?;
    match lives.len() < SERVICES.len() {
        false => Ok(lives),
        true => Err(format!("{} of {} services have a pod", lives.len(), SERVICES.len()).into()),
    }
}
