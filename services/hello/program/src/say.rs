//! A known number of lines, and of spans: what shows that the platform loses none.

use std::time::Duration;

use clap::Args;
use groundwork_service::telemetry::{NoRoom, Telemetry};
use tokio::time::{Instant, sleep_until};

/// How long it waits for a collector that is away before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What to say.
#[derive(Debug, Clone, Args)]
pub struct Say {
    /// How many lines.
    #[arg(long, value_name = "N")]
    pub count: u64,
    /// How many of them a second.
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u64).range(1..))]
    pub per_second: u64,
    /// What each line begins with, before its number.
    #[arg(long, value_name = "TEXT")]
    pub prefix: String,
    /// Writes each line inside a span of its own, of which none gets lost.
    #[arg(long)]
    pub spans: bool,
}

/// Why not everything was said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Spans would go nowhere.
    #[error("--spans needs a collector: set OTEL_EXPORTER_OTLP_ENDPOINT")]
    NoCollector,
    /// The collector is away for too long.
    #[error("stopped before line {0}")]
    Full(u64, #[source] NoRoom),
}

/// Says it all, at an even pace.
///
/// # Errors
/// [`Error`]. Lines have none: whoever reads them makes them wait.
pub async fn say(what: &Say, telemetry: &Telemetry) -> Result<(), Error> {
    if what.spans && !telemetry.exports() {
        return Err(Error::NoCollector);
    }
    let started = Instant::now();
    for n in 0..what.count {
        #[expect(clippy::disallowed_methods, reason = "the pace is time itself")]
        sleep_until(started + due(n, what.per_second)).await;
        let line = || tracing::info!(n, "{} {n}", what.prefix);
        if what.spans {
            let room = telemetry.room(PATIENCE).await;
            room.map_err(|error| Error::Full(n, error))?;
            tracing::info_span!("say", n = n as i64).in_scope(line);
        } else {
            line();
        }
    }
    Ok(())
}

/// When line `n` is due, from the start and not from the line before, so that nothing adds up.
fn due(n: u64, per_second: u64) -> Duration {
    let part = u128::from(n % per_second) * 1_000_000_000 / u128::from(per_second);
    let part = u64::try_from(part).expect("less than a second's nanoseconds");
    Duration::from_secs(n / per_second) + Duration::from_nanos(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_even_and_does_not_drift() {
        assert_eq!(due(0, 3), Duration::ZERO);
        assert_eq!(due(1, 3), Duration::from_nanos(333_333_333));
        assert_eq!(due(2, 3), Duration::from_nanos(666_666_666));
        assert_eq!(due(3_000_000, 3), Duration::from_secs(1_000_000));
        assert_eq!(due(5, 1), Duration::from_secs(5));
        assert_eq!(due(1, u64::MAX), Duration::ZERO);
    }
}
