//! Kubernetes as the page shows it, read with a service account that can only look: what runs, what
//! happened, and what the last validation said.

mod canary;
mod changes;
mod client;
mod component;
mod components;
mod memory;
mod processes;
mod repository;
mod validation;

use axum::{Router, routing::get};

pub(crate) use client::Cluster;

pub(crate) fn router(cluster: Cluster) -> Router {
    Router::new()
        .route("/api/components", get(components::components))
        .route("/api/changes", get(changes::changes))
        .route("/api/validation", get(validation::validation))
        .route("/api/repository", get(repository::repository))
        .with_state(cluster)
}

/// What the page gets from here.
#[cfg(test)]
pub(crate) fn types(types: crate::typescript::Types) -> crate::typescript::Types {
    types
        .with::<changes::Changes>()
        .with::<component::Components>()
        .with::<groundwork_contract::LastValidation>()
        .with::<groundwork_contract::Followed>()
}
