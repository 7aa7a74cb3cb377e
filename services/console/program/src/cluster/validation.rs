//! `/api/validation`: what `groundwork validate` left in the cluster.

use axum::{Json, extract::State, http::StatusCode};
use groundwork_contract::LastValidation;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client};

use super::client::Cluster;
use crate::api_error::ApiError;

const PLACE: (&str, &str) = (LastValidation::NAMESPACE, LastValidation::NAME);

/// Before the first validation there is none yet.
pub(super) async fn validation(
    State(cluster): State<Cluster>,
) -> Result<Json<Option<LastValidation>>, ApiError> {
    let result = cluster.ask(last).await?;
    let data = result.and_then(|map| map.data);
    let Some(text) = data.and_then(|mut data| data.remove(LastValidation::KEY)) else {
        return Ok(Json(None));
    };
    let result = serde_json::from_str(&text).map_err(|error| {
        let (namespace, name) = PLACE;
        let error = format!("the ConfigMap {namespace}/{name} cannot be read: {error}");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error)
            .hint("`groundwork validate` writes it anew")
    });
    Ok(Json(result?))
}

async fn last(client: &Client) -> Result<Option<ConfigMap>, kube::Error> {
    let (namespace, name) = PLACE;
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
    maps.get_opt(name).await
}
