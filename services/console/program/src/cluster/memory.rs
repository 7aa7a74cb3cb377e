//! Memory of pods as metrics-server has it.

use std::collections::BTreeMap;

use axum::http::Request;
use kube::Client;
use serde::Deserialize;

const PODS: &str = "/apis/metrics.k8s.io/v1beta1/pods";

#[derive(Deserialize)]
struct List {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
    containers: Vec<Container>,
}

#[derive(Deserialize)]
struct Metadata {
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct Container {
    usage: Usage,
}

#[derive(Deserialize)]
struct Usage {
    memory: String,
}

/// Bytes of every pod by its namespace and name.
pub(super) type Memory = BTreeMap<(String, String), u64>;

pub(super) async fn memory(client: &Client) -> Result<Memory, kube::Error> {
    let request = Request::get(PODS).body(vec![]);
    let list: List = client
        .request(request.map_err(kube::Error::HttpError)?)
        .await?;
    Ok(list.items.into_iter().map(of).collect())
}

fn of(item: Item) -> ((String, String), u64) {
    let bytes = item
        .containers
        .iter()
        .filter_map(|it| bytes(&it.usage.memory));
    ((item.metadata.namespace, item.metadata.name), bytes.sum())
}

/// Kubernetes' way of writing an amount: `12345Ki`.
fn bytes(quantity: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 9] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("", 1),
    ];
    let (number, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((quantity.strip_suffix(name)?, unit)))?;
    number.parse::<u64>().ok()?.checked_mul(*unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pods_memory_is_that_of_its_containers_together() {
        let item = serde_json::from_value(json!({
            "metadata": {"name": "a", "namespace": "b"}, "timestamp": "", "window": "15s",
            "containers": [{"name": "x", "usage": {"cpu": "1n", "memory": "2Ki"}},
                           {"name": "y", "usage": {"cpu": "1n", "memory": "7"}}]}))
        .unwrap();
        assert_eq!(of(item), (("b".into(), "a".into()), 2055));
    }

    #[test]
    fn amounts_are_read_in_every_unit() {
        assert_eq!(bytes("3Mi"), Some(3 << 20));
        assert_eq!(bytes("3M"), Some(3_000_000));
        assert_eq!(bytes("much"), None);
    }
}
