//! What the service counts beside requests and events.

use prometheus_client::{metrics::gauge::ConstGauge, registry::Registry};

/// The gauge for alerts, if there is one; `condition` is what it says.
pub(crate) fn register(registry: &mut Registry, condition: Option<i64>) {
    if let Some(condition) = condition {
        registry.register(
            "groundwork_check_condition",
            "What a check sets to make an alert fire and resolve",
            ConstGauge::new(condition),
        );
    }
}
