//! Watches the cluster and carries out what its objects ask for.

use std::{fmt::Debug, hash::Hash, sync::Arc, time::Duration};

use futures::{Stream, StreamExt, future, stream};
use groundwork_apply::explain;
use groundwork_process::{error::chain, wait::Wait};
use k8s_openapi::api::{
    core::v1::{Namespace, Pod, Service},
    networking::v1::NetworkPolicy,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::ListParams,
    runtime::{
        WatchStreamExt,
        reflector::{Store, store},
        watcher,
    },
};
use serde::de::DeserializeOwned;
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{self, Instant},
};

use crate::{
    door::Door, error::Error, load_balancer::LoadBalancer, packet_filter::PacketFilter,
    policy::Cluster, settings::Settings,
};

/// Changes that come together, as those of a new Deployment, are one change of the rules.
const TOGETHER: Duration = Duration::from_millis(50);
/// Between two looks whether the rules are still there, and two attempts at what failed.
const AGAIN: Duration = Duration::from_secs(10);
/// Between two questions whether the cluster answers this controller yet.
const PAUSE: Duration = Duration::from_millis(250);

/// Carries out what the cluster asks for, for ever.
///
/// # Errors
/// [`Error::Cluster`] when the kubeconfig is wrong, [`Error::System`] when the socket cannot be made. A
/// cluster that does not answer, and rules that cannot be loaded, are tried again.
pub async fn run(settings: Settings) -> Result<(), Error> {
    let cluster = groundwork_apply::Cluster::connect(&settings.kubeconfig).await?;
    let client = cluster.client().clone();
    let mut door = Door::new(settings.socket.clone());
    // On a new node this process starts before the cluster has roles: requests refused until then
    // are expected.
    door.open()?;
    allowed(&client).await;
    let mut filter = PacketFilter::new(&settings);
    let mut balancer = LoadBalancer::new(&client);
    let changed = Arc::new(Notify::new());
    let (seen, watching) = Seen::watch(&client, Arc::clone(&changed));
    seen.complete().await;
    let mut looked = Instant::now();
    while !watching.is_finished() {
        match seen.carry_out(&mut filter, &mut balancer).await {
            Ok(()) => door.open()?,
            Err(error) => {
                tracing::warn!("{}", chain(&error));
                door.close();
            }
        }
        if time::timeout(AGAIN, changed.notified()).await.is_ok() {
            #[expect(clippy::disallowed_methods, reason = "more changes come meanwhile")]
            time::sleep(TOGETHER).await;
        }
        if looked.elapsed() >= AGAIN {
            filter.look();
            looked = Instant::now();
        }
    }
    Err(Error::Ended)
}

async fn allowed(client: &Client) {
    let policies = Api::<NetworkPolicy>::all(client.clone());
    let one = ListParams::default().limit(1);
    let mut told = false;
    let answered = async || {
        let refused = policies.list(&one).await.err().map(|it| explain(&it));
        if let Some(words) = refused.as_ref().filter(|_| !told) {
            tracing::warn!("waits for the cluster: {words}");
            told = true;
        }
        refused.map_or(Ok(()), Err)
    };
    // Whenever it comes.
    let wait = Wait::new("the cluster", Duration::MAX).every(PAUSE);
    let _ = wait.until(answered).done().await;
}

/// What the controller sees of the cluster.
struct Seen {
    namespaces: Store<Namespace>,
    pods: Store<Pod>,
    policies: Store<NetworkPolicy>,
    services: Store<Service>,
}

impl Seen {
    /// Follows the cluster in a task of its own, which tells each change.
    fn watch(client: &Client, changed: Arc<Notify>) -> (Self, JoinHandle<()>) {
        let (namespaces, of_namespaces) = watched(client);
        let (pods, of_pods) = watched(client);
        let (policies, of_policies) = watched(client);
        let (services, of_services) = watched(client);
        let all = [
            of_namespaces.boxed(),
            of_pods.boxed(),
            of_policies.boxed(),
            of_services.boxed(),
        ];
        let watching = tokio::spawn(stream::select_all(all).for_each(move |()| {
            changed.notify_one();
            future::ready(())
        }));
        let seen = Self {
            namespaces,
            pods,
            policies,
            services,
        };
        (seen, watching)
    }

    /// Half of a cluster has other policies than the whole.
    async fn complete(&self) {
        // Each ends with an error only when its task has, which is seen by `run`.
        let _ = self.namespaces.wait_until_ready().await;
        let _ = self.pods.wait_until_ready().await;
        let _ = self.policies.wait_until_ready().await;
        let _ = self.services.wait_until_ready().await;
    }

    async fn carry_out(
        &self,
        filter: &mut PacketFilter<'_>,
        balancer: &mut LoadBalancer,
    ) -> Result<(), Error> {
        let (namespaces, pods) = (self.namespaces.state(), self.pods.state());
        let policies = self.policies.state();
        let cluster = Cluster::new(
            namespaces.iter().map(AsRef::as_ref),
            pods.iter().map(AsRef::as_ref),
        );
        let loaded = filter.load(&cluster.isolated(policies.iter().map(AsRef::as_ref)));
        // Neither waits for the other.
        let served = balancer.serve(&self.services.state()).await;
        loaded.and(served.map_err(|error| Error::Request(explain(&error))))
    }
}

/// All objects of a kind, and a stream that keeps them and has an item for each change.
fn watched<K>(client: &Client) -> (Store<K>, impl Stream<Item = ()> + use<K>)
where
    K: Resource + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
    K::DynamicType: Default + Eq + Hash + Clone,
{
    let (reader, writer) = store();
    let events = watcher(Api::<K>::all(client.clone()), watcher::Config::default())
        .default_backoff()
        .modify(|object| object.managed_fields_mut().clear())
        .reflect(writer)
        .touched_objects()
        .map(|event| {
            if let Err(error) = event {
                // It is watched again by itself.
                tracing::warn!("{}", chain(&error));
            }
        });
    (reader, events)
}
