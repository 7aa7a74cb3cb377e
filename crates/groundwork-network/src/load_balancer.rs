//! The load balancer of a single machine: a Service of type `LoadBalancer`, of our class or of none,
//! answers on this machine's loopback address, at its own ports.
//!
//! In a cloud a controller gives such a Service an address and writes it into its status; kube-proxy
//! then serves it. Here the address is always the same, so that this is all there is to do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use groundwork_apply::FIELD_MANAGER;
use k8s_openapi::api::core::v1::Service;
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::events::{Event, EventType, Recorder, Reporter},
};
use serde_json::json;

/// The `loadBalancerClass` of Services that this machine's loopback address serves; it serves those without
/// a class, too.
const LOOPBACK_CLASS: &str = "groundwork/loopback";
/// Where they answer.
const ADDRESS: &str = "127.0.0.1";

/// Gives Services their address.
pub struct LoadBalancer {
    client: Client,
    recorder: Recorder,
    /// The Services that have been told that they get none.
    told: BTreeSet<Option<String>>,
}

impl LoadBalancer {
    /// Before its first report.
    pub fn new(client: &Client) -> Self {
        let reporter = Reporter {
            controller: "groundwork-network-controller".into(),
            instance: None,
        };
        Self {
            client: client.clone(),
            recorder: Recorder::new(client.clone(), reporter),
            told: BTreeSet::new(),
        }
    }

    /// Gives each of `services` that waits for its address this one, and each that cannot have it an
    /// event that says why.
    ///
    /// # Errors
    /// The API server's first; the others are served all the same.
    pub async fn serve(&mut self, services: &[Arc<Service>]) -> kube::Result<()> {
        let mut served = Ok(());
        for (service, holder) in waiting(services.iter().map(AsRef::as_ref)) {
            match holder {
                None => served = served.and(self.assign(service).await),
                Some(holder) => self.tell(service, &holder).await,
            }
        }
        served
    }

    async fn assign(&self, service: &Service) -> kube::Result<()> {
        let namespace = service.namespace().unwrap_or_default();
        let api: Api<Service> = Api::namespaced(self.client.clone(), &namespace);
        let params = PatchParams {
            field_manager: Some(FIELD_MANAGER.into()),
            ..PatchParams::default()
        };
        let status = json!({"loadBalancer": {"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]}});
        let patch = Patch::Merge(json!({"status": status}));
        match api.patch_status(&service.name_any(), &params, &patch).await {
            // It has gone meanwhile.
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            other => other.map(drop),
        }
    }

    async fn tell(&mut self, service: &Service, holder: &str) {
        let uid = service.uid();
        if !self.told.contains(&uid) {
            let event = Event {
                type_: EventType::Warning,
                reason: "PortTaken".into(),
                note: Some(format!(
                    "{holder} answers at a port of {ADDRESS} that it wants"
                )),
                action: "Assign".into(),
                secondary: None,
            };
            let service = service.object_ref(&());
            // A namespace that is being removed takes none.
            if self.recorder.publish(&event, &service).await.is_ok() {
                self.told.insert(uid);
            }
        }
    }
}

/// The Services that wait for their address, each with the one that keeps it from having it. Of two that
/// want the same port the older one has it: the machine has each port once.
fn waiting<'a>(
    services: impl IntoIterator<Item = &'a Service>,
) -> Vec<(&'a Service, Option<String>)> {
    let mut ours: Vec<_> = services.into_iter().filter(|it| is_ours(it)).collect();
    ours.sort_by_key(|it| (!has_address(it), it.creation_timestamp(), it.uid()));
    let mut holders = BTreeMap::new();
    let mut waiting = Vec::new();
    for service in ours {
        let ports = ports(service);
        let holder = ports.iter().find_map(|port| holders.get(port)).cloned();
        if holder.is_none() {
            let name = format!(
                "{}/{}",
                service.namespace().unwrap_or_default(),
                service.name_any()
            );
            holders.extend(ports.into_iter().map(|port| (port, name.clone())));
        }
        if !has_address(service) {
            waiting.push((service, holder));
        }
    }
    waiting
}

fn is_ours(service: &Service) -> bool {
    let is_wanted = service.spec.as_ref().is_some_and(|spec| {
        let class = spec.load_balancer_class.as_deref();
        spec.type_.as_deref() == Some("LoadBalancer") && class.is_none_or(|it| it == LOOPBACK_CLASS)
    });
    is_wanted && service.metadata.deletion_timestamp.is_none()
}

fn has_address(service: &Service) -> bool {
    let balancer = service
        .status
        .as_ref()
        .and_then(|status| status.load_balancer.as_ref());
    let mut addresses = balancer.iter().flat_map(|it| it.ingress.iter().flatten());
    addresses.any(|it| it.ip.as_deref() == Some(ADDRESS))
}

/// Protocol and number of each.
fn ports(service: &Service) -> BTreeSet<(String, i32)> {
    let ports = service
        .spec
        .iter()
        .flat_map(|spec| spec.ports.iter().flatten());
    ports
        .map(|port| {
            (
                port.protocol.clone().unwrap_or_else(|| "TCP".into()),
                port.port,
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(
        name: &str,
        class: Option<&str>,
        port: u16,
        made: &str,
        address: Option<&str>,
    ) -> Service {
        let ingress: Vec<_> = address.iter().map(|ip| json!({"ip": ip})).collect();
        serde_json::from_value(json!({
            "metadata": {"namespace": "desk", "name": name, "creationTimestamp": made},
            "spec": {"type": "LoadBalancer", "loadBalancerClass": class, "ports": [{"port": port}]},
            "status": {"loadBalancer": {"ingress": ingress}},
        }))
        .unwrap()
    }

    /// The Services that wait for an address, each with the Service that holds its port.
    fn names(services: &[Service]) -> Vec<(String, Option<String>)> {
        let waiting = waiting(services).into_iter();
        waiting
            .map(|(service, holder)| (service.name_any(), holder))
            .collect()
    }

    #[test]
    fn services_of_our_class_and_of_none_get_the_loopback_address() {
        let day = "2026-11-01T00:00:00Z";
        let services = [
            service("ours", Some(LOOPBACK_CLASS), 9000, day, None),
            service("of-none", None, 9001, day, None),
            service("another-s", Some("example.com/other"), 9002, day, None),
            service("has-it", Some(LOOPBACK_CLASS), 9003, day, Some(ADDRESS)),
        ];
        let free = |name: &str| (name.to_owned(), None);
        assert_eq!(names(&services), [free("ours"), free("of-none")]);
    }

    #[test]
    fn of_two_that_want_one_port_the_one_that_has_it_keeps_it_and_else_the_older_gets_it() {
        let (first, second) = ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        let class = Some(LOOPBACK_CLASS);
        let younger = service("younger", class, 9000, second, None);
        let older = service("older", class, 9000, first, None);
        let in_vain = |name: &str, holder: &str| (name.to_owned(), Some(holder.to_owned()));
        assert_eq!(
            names(&[younger, older.clone()]),
            [("older".into(), None), in_vain("younger", "desk/older")]
        );
        let younger = service("younger", class, 9000, second, Some(ADDRESS));
        assert_eq!(names(&[younger, older]), [in_vain("older", "desk/younger")]);
    }
}
