//! The canary's workload with what Prometheus knows of its ages: whether what is sent to logs, traces,
//! metrics and events is found again.

use std::collections::BTreeMap;

use serde_json::Value;

use super::component::{Component, State};

/// What Prometheus is asked for: a series for each store.
pub(super) const FIGURE: &str = "canary_age_seconds";

const NAME: &str = "canary";
const NAMESPACE: &str = "observability";
/// As the alert CanaryStale has it.
const STALE: f64 = 300.0;

/// `workload`, and if it is the canary's: as well as the worst of the ages in Prometheus' `answer`.
pub(super) fn with_ages(workload: Component, answer: Option<&Value>) -> Component {
    let is_canary = workload.name == NAME && workload.namespace.as_deref() == Some(NAMESPACE);
    // A pod that is not ready says why itself.
    if !is_canary || workload.state != State::Ready {
        return workload;
    }
    let (state, reason) = judged(&ages(answer));
    Component {
        state,
        reason: Some(reason),
        ..workload
    }
}

/// The age of each store, the greatest where two canaries tell of it in the middle of an update.
fn ages(answer: Option<&Value>) -> BTreeMap<&str, f64> {
    let series = answer.and_then(|answer| answer["data"]["result"].as_array());
    let mut ages = BTreeMap::new();
    for series in series.into_iter().flatten() {
        let metric = &series["metric"];
        let value = series["value"][1].as_str().and_then(|it| it.parse().ok());
        if let (Some(FIGURE), Some(store), Some(value)) =
            (metric["__name__"].as_str(), metric["store"].as_str(), value)
        {
            let age = ages.entry(store).or_insert(0.0);
            *age = f64::max(*age, value);
        }
    }
    ages
}

fn judged(ages: &BTreeMap<&str, f64>) -> (State, String) {
    let stale: Vec<_> = ages.iter().filter(|(_, age)| **age > STALE).collect();
    match (ages.is_empty(), stale.is_empty()) {
        (true, _) => (State::Unknown, "Prometheus does not say".into()),
        (false, true) => {
            let young = ages
                .iter()
                .map(|(store, age)| format!("{store} {age:.0} s"));
            (State::Ready, young.collect::<Vec<_>>().join(", "))
        }
        (false, false) => {
            let old = stale.iter().map(|(store, age)| {
                let minutes = (**age / 60.0).floor();
                format!("{store}: nothing that was sent has been found for {minutes} min")
            });
            (State::Failed, old.collect::<Vec<_>>().join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::component::Kind, *};
    use serde_json::json;

    fn workload(name: &str, state: State) -> Component {
        Component {
            name: name.into(),
            namespace: Some(NAMESPACE.into()),
            kind: Kind::Deployment,
            state,
            reason: None,
            memory_bytes: None,
            restarts: None,
            since: None,
        }
    }

    fn answer(ages: &[(&str, &str)]) -> Value {
        let series = ages.iter().map(|(store, age)| {
            json!({"metric": {"__name__": FIGURE, "store": store}, "value": [1.0, age]})
        });
        let link = json!({"metric": {"__name__": "groundwork_link_up", "link": "pod to pod"}, "value": [1.0, "1"]});
        json!({"data": {"result": series.chain([link]).collect::<Vec<_>>()}})
    }

    fn noted(answer: Option<&Value>) -> (State, String) {
        let component = with_ages(workload(NAME, State::Ready), answer);
        (component.state, component.reason.unwrap())
    }

    #[test]
    fn the_ages_are_told_while_all_is_well() {
        let answer = answer(&[("traces", "24"), ("logs", "300")]);
        let told = "logs 300 s, traces 24 s".to_owned();
        assert_eq!(noted(Some(&answer)), (State::Ready, told));
    }

    #[test]
    fn a_store_that_gives_nothing_back_is_named_by_the_older_of_two_canaries() {
        let answer = answer(&[("logs", "425"), ("logs", "20"), ("traces", "24")]);
        let told = "logs: nothing that was sent has been found for 7 min".to_owned();
        assert_eq!(noted(Some(&answer)), (State::Failed, told));
    }

    #[test]
    fn without_figures_nothing_is_known() {
        let unknown = (State::Unknown, "Prometheus does not say".to_owned());
        assert_eq!(noted(Some(&answer(&[]))), unknown);
        assert_eq!(noted(None), unknown);
    }

    #[test]
    fn other_workloads_and_a_canary_that_does_not_run_stay_as_they_are() {
        let answer = answer(&[("logs", "425")]);
        for workload in [
            workload("jaeger", State::Ready),
            workload(NAME, State::Starting),
        ] {
            assert_eq!(with_ages(workload.clone(), Some(&answer)), workload);
        }
    }
}
