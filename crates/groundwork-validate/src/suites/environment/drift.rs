//! Whether the cluster is what the code says, and becomes so again.

use std::time::Instant;

use groundwork_apply::{Drift, Owner};
use k8s_openapi::api::networking::v1::Ingress;
use kube::{
    Api,
    api::{Patch, PatchParams},
};
use serde_json::json;

use crate::{
    runner::{Check, CheckFailure, Context, Turn, Verdict, judged},
    shared::{
        ingress::{HELLO, HELLO_HOST, KNOWN, address, ask},
        objects::plain,
        wait::wait_for,
        words::timed,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.4",
        name: "the cluster is what the code says",
        bound: "configuration drift: 0",
        turn: Turn::Alone,
        run: |context| Box::pin(none(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.4",
        name: "what somebody changed by hand is found, and put right by `up`",
        bound: "that field and nothing else; then configuration drift: 0",
        // Hello is elsewhere meanwhile.
        turn: Turn::Alone,
        run: |context| Box::pin(put_right(context)),
        ..Check::GENTLE
    },
];

/// How many differences are worth showing.
const SHOWN: usize = 5;
/// What the check puts in the place of hello's host.
const ELSEWHERE: &str = "elsewhere.localhost";

async fn none(context: &Context) -> Verdict {
    let started = Instant::now();
    let drift = measure(context).await?;
    judged(drift.differences.is_empty(), timed(&words(&drift), started))
}

/// Hello's Ingress gets another host, as by `kubectl edit`: it answers there, then again where the code
/// says.
async fn put_right(context: &Context) -> Verdict {
    let cluster = context.cluster().await?;
    let api: Api<Ingress> = Api::namespaced(cluster.client().clone(), HELLO);
    let patch = json!([{"op": "replace", "path": "/spec/rules/0/host", "value": ELSEWHERE}]);
    let patch = serde_json::from_value(patch)?;
    let params = PatchParams::default();
    let changed = api.patch(HELLO, &params, &Patch::<()>::Json(patch)).await;
    changed.map_err(plain)?;

    // The field is put right in every case.
    let found = during(context).await;
    let started = Instant::now();
    context.launch(&["up"]).await?;
    let (mut differences, answered) = found?;
    differences.retain(|words| *words != expected());
    if !differences.is_empty() {
        return Err(format!("found other differences: {}", differences.join("; ")).into());
    }
    let drift = measure(context).await?;
    answers(context, HELLO_HOST).await?;
    judged(
        drift.differences.is_empty(),
        timed(
            &format!(
                "found '{}', {answered} answered meanwhile; after `up` {}",
                expected(),
                words(&drift)
            ),
            started,
        ),
    )
}

/// What differs while hello is elsewhere, and where it answered.
async fn during(context: &Context) -> Result<(Vec<String>, &'static str), CheckFailure> {
    let differences = spoken(&measure(context).await?);
    if !differences.contains(&expected()) {
        let words = match differences.as_slice() {
            [] => "nothing was found".into(),
            other => other.join("; "),
        };
        return Err(format!("instead of '{}': {words}", expected()).into());
    }
    answers(context, ELSEWHERE).await?;
    Ok((differences, ELSEWHERE))
}

fn expected() -> String {
    format!("Ingress {HELLO}/{HELLO} differs in spec.rules.0.host")
}

/// Waits until a pod of hello answers under `host`.
async fn answers(context: &Context, host: &str) -> Result<(), CheckFailure> {
    let url = address(context)?;
    wait_for(host, KNOWN, async || ask(&url, host).await).await?;
    Ok(())
}

async fn measure(context: &Context) -> Result<Drift, CheckFailure> {
    let cluster = context.cluster().await?;
    Ok(cluster.drift(&Owner::Stack, &context.stack.waves).await?)
}

fn spoken(drift: &Drift) -> Vec<String> {
    drift.differences.iter().map(ToString::to_string).collect()
}

/// `configuration drift: 1 of 200 objects (Ingress hello/hello differs in spec.rules.0.host)`.
fn words(drift: &Drift) -> String {
    let (count, objects) = (drift.differences.len(), drift.objects);
    let mut words = format!("configuration drift: {count} of {objects} objects");
    if count > 0 {
        let mut shown = spoken(drift);
        shown.truncate(SHOWN);
        words += &format!(" ({})", shown.join("; "));
    }
    words
}

#[cfg(test)]
mod tests {
    use groundwork_apply::{Change, Difference};

    use super::*;

    #[test]
    fn drift_is_a_number_and_what_differs() {
        let drift = |differences| {
            words(&Drift {
                objects: 3,
                differences,
            })
        };
        assert_eq!(drift(vec![]), "configuration drift: 0 of 3 objects");
        let missing = Difference {
            object: "networking.k8s.io/Ingress/a/b".parse().unwrap(),
            change: Change::Missing,
        };
        assert_eq!(
            drift(vec![missing]),
            "configuration drift: 1 of 3 objects (Ingress a/b is missing)"
        );
    }
}
