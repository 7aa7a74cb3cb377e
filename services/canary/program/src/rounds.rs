//! The rounds: what is sent once a minute, and when it is looked for.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use groundwork_process::error::chain;
use groundwork_service::telemetry::trace_id;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    ages::{Round, Store, Turn},
    server::Shared,
    stores::Stores,
};

/// Between two looks. Prometheus reads every 15 s, so the first look after a round finds its sample.
const LOOK: Duration = Duration::from_secs(20);
/// So many looks make a round of a minute: a store that gives nothing back is told soon, and a minute's
/// work is some milliseconds.
const LOOKS: u32 = 3;

/// Sends a round a minute, and looks for what was sent, as long as the program runs.
pub(crate) async fn run(ages: &Shared, stores: &Stores) {
    let mut pace = interval(LOOK);
    // After a pause, as of a laptop that slept, nothing is made up for.
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for place in (0..LOOKS).cycle() {
        pace.tick().await;
        look(ages, stores).await;
        if place == 0 {
            send(ages, stores).await;
        }
    }
}

/// Asks each store that lacks something.
async fn look(ages: &Shared, stores: &Stores) {
    let [logs, traces, metrics, events] = Store::ALL;
    tokio::join!(
        look_into(logs, ages, stores),
        look_into(traces, ages, stores),
        look_into(metrics, ages, stores),
        look_into(events, ages, stores),
    );
}

async fn look_into(store: Store, ages: &Shared, stores: &Stores) {
    let missing = ages.lock().missing(store);
    if missing.is_empty() {
        return;
    }
    let found = stores.find(store, &missing).await;
    let found = found.map_err(|error| chain(&error));
    let turn = ages.lock().looked(store, found, Instant::now());
    let store = store.name();
    match turn {
        Some(Turn::Missed(reason)) => tracing::warn!(store, reason, "not found"),
        Some(Turn::Found) => tracing::info!(store, "found again"),
        None => {}
    }
}

async fn send(ages: &Shared, stores: &Stores) {
    let Some(round) = begun() else {
        // Nothing is found then, so the ages tell it, too.
        tracing::error!("the span of a round is not sampled, so it cannot be found");
        return;
    };
    ages.lock().sent(round.clone());
    stores.publish(&round).await;
}

/// A round whose line is written and whose span has ended; its sample and its record are to be sent.
fn begun() -> Option<Round> {
    let span = tracing::info_span!("round");
    span.in_scope(|| {
        let id = trace_id()?;
        tracing::info!("round");
        let second = SystemTime::now().duration_since(UNIX_EPOCH);
        Some(Round {
            id,
            second: second.unwrap_or_default().as_secs(),
            sent: Instant::now(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_is_a_trace_of_its_own() {
        let _telemetry = groundwork_service::telemetry::init("tests", "1.0.0").unwrap();
        let rounds = [begun().unwrap(), begun().unwrap()];
        assert!(rounds.iter().all(|round| round.id.len() == 32));
        assert_ne!(rounds[0].id, rounds[1].id);
        assert!(rounds[0].sent <= rounds[1].sent);
    }
}
