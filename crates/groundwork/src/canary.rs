//! The component `canary`: whether what is sent to logs, traces, metrics and events is found again.
//!
//! The canary itself is a pod like others, whose workload is a component already. Its word on the stores is told
//! there.

use std::time::Duration;

use groundwork_apply::Cluster;
use groundwork_contract::{Component, ComponentState};
use groundwork_process::error::chain;
use serde::Deserialize;
use tokio::time::timeout;

/// For its answer, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// How old the newest may be that a store has given back, as the alert CanaryStale has it.
const STALE: u64 = 300;

/// What the canary says about a store, at `/ages`.
#[derive(Debug, Deserialize)]
struct Age {
    store: String,
    age_seconds: u64,
    /// Why its last look has not found the newest; empty where it has.
    reason: String,
}

/// Asks the `canary` of the stack, if it is one of `components`, and notes what it says.
pub async fn look(cluster: &Cluster, canary: &Component, components: &mut [ComponentState]) {
    // A pod that is not ready has said why already.
    let ready = |it: &&mut ComponentState| it.name == canary.name && it.ready;
    let component = components.iter_mut().find(ready);
    if let Some((component, service)) = component.zip(canary.service_name()) {
        note(component, ages(cluster, service).await);
    }
}

async fn ages(cluster: &Cluster, service: (&str, &str)) -> Result<Vec<Age>, String> {
    let (name, namespace) = service;
    let text = match timeout(PATIENCE, cluster.ask(namespace, name, "http", "/ages")).await {
        Ok(answer) => answer.map_err(|error| chain(&error))?,
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            return Err(format!("the canary did not answer within {seconds} s"));
        }
    };
    serde_json::from_str(&text).map_err(|error| format!("the canary's answer: {error}"))
}

/// A component is as healthy as the worst of the stores; unknown counts as unhealthy.
fn note(component: &mut ComponentState, ages: Result<Vec<Age>, String>) {
    let judged = ages.and_then(|ages| {
        let stale: Vec<_> = ages.iter().filter(|it| it.age_seconds > STALE).collect();
        match (ages.is_empty(), stale.is_empty()) {
            (true, _) => Err("the canary knows of no store".into()),
            (false, true) => Ok(joined(ages.iter().map(young), ", ")),
            (false, false) => Err(joined(stale.into_iter().map(old), "; ")),
        }
    });
    component.ready = judged.is_ok();
    component.reason = judged.unwrap_or_else(|reason| reason);
}

fn young(age: &Age) -> String {
    format!("{} {} s", age.store, age.age_seconds)
}

fn old(age: &Age) -> String {
    let (store, minutes) = (&age.store, age.age_seconds / 60);
    let told = format!("{store}: nothing that was sent has been found for {minutes} min");
    match &*age.reason {
        "" => told,
        reason => format!("{told}: {reason}"),
    }
}

fn joined(words: impl Iterator<Item = String>, between: &str) -> String {
    words.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(ages: Result<Vec<Age>, String>) -> (bool, String) {
        let mut component = ComponentState {
            name: "shop".into(),
            ready: true,
            restarts: 0,
            memory_bytes: 0,
            reason: String::new(),
        };
        note(&mut component, ages);
        (component.ready, component.reason)
    }

    /// As the canary writes it.
    fn said(text: &str) -> Result<Vec<Age>, String> {
        Ok(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn ages_are_told_while_all_is_well() {
        let said = said(
            r#"[{"store":"logs","age_seconds":24,"reason":""},
                {"store":"traces","age_seconds":300,"reason":"what was sent 20 s ago is not there"}]"#,
        );
        assert_eq!(noted(said), (true, "logs 24 s, traces 300 s".into()));
    }

    #[test]
    fn a_store_that_gives_nothing_back_is_named_with_how_long_and_why() {
        let said = said(
            r#"[{"store":"logs","age_seconds":425,"reason":"http://logs does not answer"},
                {"store":"traces","age_seconds":9,"reason":""},
                {"store":"events","age_seconds":301,"reason":""}]"#,
        );
        let reason = "logs: nothing that was sent has been found for 7 min: http://logs does not answer; \
                      events: nothing that was sent has been found for 5 min";
        assert_eq!(noted(said), (false, reason.into()));
    }

    #[test]
    fn a_canary_that_does_not_say_is_not_well() {
        let silent = Err("no endpoints available".to_owned());
        assert_eq!(noted(silent), (false, "no endpoints available".into()));
        let nothing = noted(said("[]"));
        assert_eq!(nothing, (false, "the canary knows of no store".into()));
    }
}
