//! A sample that no other is like.

use groundwork_contract::role;
use jiff::Timestamp;

use crate::{
    runner::{CheckFailure, Context},
    shared::signals::metrics,
};

/// The sample of `at` of a series that has no two the same: the time that the store of metrics has taken.
pub(super) async fn sample(context: &Context, at: Timestamp) -> Result<f64, CheckFailure> {
    let store = context.component(role::METRICS)?;
    let job = store
        .scrape
        .first()
        .ok_or("the store of metrics has no job")?;
    let series = format!("process_cpu_seconds_total{{job=\"{job}\"}}");
    let found = metrics(context)?.query_at(&series, at).await?;
    let value = found.first().and_then(|series| series.value());
    value.ok_or_else(|| format!("Prometheus has no sample of {at}").into())
}
