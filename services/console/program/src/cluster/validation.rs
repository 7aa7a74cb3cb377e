//! `/api/validation`: what `groundwork validate` left in the cluster.

use axum::{Json, extract::State, http::StatusCode};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};
use serde_json::Value;

use super::Cluster;
use crate::failure::Failure;

const NAMESPACE: &str = "console";
const NAME: &str = "last-validation";
const KEY: &str = "result.json";

pub(super) async fn validation(State(cluster): State<Cluster>) -> Result<Json<Value>, Failure> {
    let result = cluster.ask(last).await?;
    let data = result.and_then(|map| map.data);
    // Before the first validation there is none, and that is no fault.
    let Some(text) = data.and_then(|mut data| data.remove(KEY)) else {
        return Ok(Json(Value::Null));
    };
    let result = serde_json::from_str(&text).map_err(|error| {
        let error = format!("the ConfigMap {NAMESPACE}/{NAME} cannot be read: {error}");
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error)
            .hint("`groundwork validate` writes it anew")
    });
    Ok(Json(result?))
}

async fn last(client: &Client) -> Result<Option<ConfigMap>, kube::Error> {
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    maps.get_opt(NAME).await
}
