//! The load balancer of a single machine: a Service of type `LoadBalancer` and of our class answers
//! on this machine's loopback address, at its own ports.
//!
//! In a cloud a controller gives such a Service an address and writes it into its status; kube-proxy
//! then serves it. Here the address is always the same, so that this is all there is to do.

use kube::{
    Api, Error as KubeError,
    api::{DynamicObject, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::FIELD_MANAGER;

/// The `loadBalancerClass` of Services that this machine's loopback address serves.
const CLASS: &str = "groundwork/loopback";
/// Where they answer.
const ADDRESS: &str = "127.0.0.1";

/// Whether `service` asks for this machine's loopback address.
pub(crate) fn is_wanted(service: &Value) -> bool {
    service["kind"] == "Service" && service["spec"]["loadBalancerClass"] == CLASS
}

/// Gives the Service `name` its address, unless it has it.
pub(crate) async fn assign(name: &str, api: &Api<DynamicObject>) -> Result<(), KubeError> {
    let status = json!({"loadBalancer": {"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]}});
    if api.get(name).await?.data["status"] == status {
        return Ok(());
    }
    let params = PatchParams {
        field_manager: Some(FIELD_MANAGER.into()),
        ..PatchParams::default()
    };
    let patch = Patch::Merge(json!({"status": status}));
    api.patch_status(name, &params, &patch).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_of_our_class_get_the_loopback_address() {
        let of_class =
            |class: &str| json!({"kind": "Service", "spec": {"loadBalancerClass": class}});
        assert!(is_wanted(&of_class(CLASS)));
        assert!(!is_wanted(&of_class("example.com/other")));
        assert!(!is_wanted(&json!({"kind": "Service", "spec": {}})));
    }
}
