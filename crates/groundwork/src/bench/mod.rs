//! What the stack costs: a benchmark a module.

mod cluster;
mod events;
mod figure;
mod observability;
mod rest;
mod services;
mod stage;

pub use cluster::cluster;
pub use events::events;
pub use observability::observability;
pub use services::services;
