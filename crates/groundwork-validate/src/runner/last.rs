//! The last result of each requirement, kept in the cluster, where the console shows it.

use groundwork_contract::{CheckResult, LastValidation, Outcome};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Error as KubeError,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::{context::Context, verdict::CheckFailure};

/// Who writes it. It is the only writer, and `up` leaves the object alone.
const MANAGER: &str = "groundwork-validate";

/// Keeps `outcome`; requirements that it is not about keep what they had. A cluster without a console
/// has no place for it, and is passed over.
///
/// # Errors
/// When the API server does not take it.
pub async fn keep(context: &Context, outcome: &Outcome) -> Result<(), CheckFailure> {
    let client = context.cluster().await?.client().clone();
    let maps: Api<ConfigMap> = Api::namespaced(client, LastValidation::NAMESPACE);
    let before = maps
        .get_opt(LastValidation::NAME)
        .await?
        .and_then(|map| map.data);
    let before = before.and_then(|mut data| data.remove(LastValidation::KEY));
    // What cannot be read is of another version, and replaced.
    let before: Option<LastValidation> = before.and_then(|text| serde_json::from_str(&text).ok());
    let last = merged(before, outcome, Timestamp::now());
    let map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": LastValidation::NAME, "namespace": LastValidation::NAMESPACE},
        "data": {(LastValidation::KEY): serde_json::to_string(&last)?},
    });
    let params = PatchParams::apply(MANAGER).force();
    match maps
        .patch(LastValidation::NAME, &params, &Patch::Apply(map))
        .await
    {
        Err(KubeError::Api(error)) if error.code == 404 => Ok(()),
        other => Ok(other.map(drop)?),
    }
}

/// `outcome`, and of `before` the requirements that it is not about.
fn merged(
    before: Option<LastValidation>,
    outcome: &Outcome,
    finished: Timestamp,
) -> LastValidation {
    let about = |check: &CheckResult| {
        let mut checks = outcome.checks.iter();
        checks.any(|it| it.requirement == check.requirement)
    };
    let before = before.map(|last| last.outcome.checks).unwrap_or_default();
    let mut checks: Vec<_> = before.into_iter().filter(|check| !about(check)).collect();
    checks.extend(outcome.checks.iter().cloned());
    checks.sort_by(|a, b| a.requirement.cmp(&b.requirement));
    let outcome = Outcome::of(checks);
    LastValidation { finished, outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(checks: &[(&str, &str, bool)]) -> Outcome {
        let checks: Vec<_> = checks
            .iter()
            .map(|(requirement, name, passed)| CheckResult {
                requirement: (*requirement).into(),
                name: (*name).into(),
                passed: *passed,
                measured: "m".into(),
                bound: "b".into(),
                seconds: 0.0,
            })
            .collect();
        Outcome::of(checks)
    }

    #[test]
    fn a_run_of_some_requirements_replaces_only_those() {
        let first = outcome(&[
            ("REQ-0.1", "a", true),
            ("REQ-0.2", "b", false),
            ("REQ-0.2", "c", true),
        ]);
        let first = merged(None, &first, Timestamp::UNIX_EPOCH);
        let second = outcome(&[("REQ-0.2", "d", true)]);
        let last = merged(Some(first), &second, Timestamp::UNIX_EPOCH);
        let checks = last.outcome.checks.iter();
        let names: Vec<_> = checks.map(|check| &*check.name).collect();
        assert_eq!(names, ["a", "d"]);
        assert_eq!((last.outcome.passed, last.outcome.failed), (2, 0));
    }

    #[test]
    fn it_is_kept_in_the_form_that_the_console_reads() {
        let last = merged(
            None,
            &outcome(&[("REQ-0.1", "a", true)]),
            Timestamp::UNIX_EPOCH,
        );
        let text = serde_json::to_value(&last).unwrap();
        assert_eq!(
            text,
            json!({"finished": "1970-01-01T00:00:00Z", "passed": 1, "failed": 0, "checks": [
                {"requirement": "REQ-0.1", "name": "a", "passed": true, "measured": "m", "bound": "b"}]})
        );
        assert_eq!(
            serde_json::from_value::<LastValidation>(text).unwrap(),
            last
        );
    }
}
