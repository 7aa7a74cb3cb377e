//! What the stack costs: a benchmark a module.

mod cluster;
mod events;
mod figure;
mod observability;
mod pipeline;
mod rest;
mod services;
mod stage;

pub use cluster::cluster;
pub use events::events;
pub use observability::observability;
pub use pipeline::pipeline;
pub use services::services;
