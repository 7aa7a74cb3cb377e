//! `/api/repository`: what the program says that follows a Git repository.

use axum::{Json, extract::State};
use groundwork_contract::Followed;

use super::client::Cluster;
use crate::api_error::ApiError;

/// Null where the stack has no such program.
pub(super) async fn repository(
    State(cluster): State<Cluster>,
) -> Result<Json<Option<Followed>>, ApiError> {
    cluster.proxy.followed().await.map(Json)
}
