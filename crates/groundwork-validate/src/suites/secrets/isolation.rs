//! What a service may do with secrets: read its own, by their names, and no more.

use groundwork_contract::role;
use groundwork_secrets::store::Id;
use http::{Method, Request};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use serde_json::json;

use super::{
    asker::{Asker, Who},
    guard::{Guard, Way},
    hello::{HELLO, TOKEN, http, status},
    leftovers::remove,
    own::{FIELD, Own, marker, name},
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{
        objects::apply,
        signals::{FOUND, SERVICE},
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a service reads its own secret and no others",
    bound: "its own by name only, all else 403; from pods too",
    run: |context| Box::pin(own_only(context)),
    ..Check::GENTLE
}];

const AGENT: &str = "groundwork-validate";

async fn own_only(context: &Context) -> Verdict {
    let verdict = asked(context).await;
    remove(context).await?;
    verdict
}

async fn asked(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    own.set(&marker()).await?;
    let secrets: Api<Secret> = Api::namespaced(context.cluster().await?.client().clone(), HELLO);
    let other = name();
    let marked = json!({"metadata": {"labels": {"app.kubernetes.io/name": SERVICE}},
                        "stringData": {FIELD: marker()}});
    apply(&secrets, &other, marked).await?;
    let version = own.store.history(&Id::new(HELLO, TOKEN)?).await?;
    let version = version.first().ok_or("hello's token has no version")?;
    let version = version.id().version(version.version);

    let here = format!("/api/v1/namespaces/{HELLO}/secrets");
    let token = format!("{here}/{TOKEN}");
    let there = format!(
        "/api/v1/namespaces/{}/secrets/{}",
        own.id.namespace, own.id.name
    );
    // What would change something is only tried, should it be allowed.
    let dry = "dryRun=All";
    let of_hello = [
        (Method::GET, token.clone(), 200),
        (
            Method::GET,
            format!("{here}?fieldSelector=metadata.name={TOKEN}"),
            200,
        ),
        (Method::GET, format!("{here}/{other}"), 403),
        (Method::GET, format!("{here}/{version}"), 403),
        (Method::GET, here.clone(), 403),
        (
            Method::GET,
            format!("{here}?watch=true&timeoutSeconds=1"),
            403,
        ),
        (Method::GET, there, 403),
        (Method::GET, "/api/v1/secrets".into(), 403),
        (Method::POST, format!("{here}?{dry}"), 403),
        (Method::PATCH, format!("{token}?{dry}"), 403),
        (Method::DELETE, format!("{token}?{dry}"), 403),
    ];
    let of_others = [(Method::GET, token, 403)];
    let (mut wrong, mut count) = (vec![], 0);
    for (account, requests) in [
        ("hello", &of_hello[..]),
        ("hello-consumer", &of_others),
        ("hello-publisher", &of_others),
        ("default", &of_others),
    ] {
        let asker = Asker::new(context, Who::Account(HELLO, account), AGENT).await?;
        for (method, path, wanted) in requests {
            let request = Request::builder().method(method.clone()).uri(path);
            let request = request.header("content-type", "application/merge-patch+json");
            let status = asker.status(request.body(b"{}".to_vec())?).await?;
            count += 1;
            if status != *wanted {
                wrong.push(format!(
                    "{account}: {method} {path} is {status}, not {wanted}"
                ));
            }
        }
    }
    let pods = [
        denied(context, "hello", &other).await?,
        denied(context, "hello-consumer", TOKEN).await?,
    ];
    // The same by a pod that may: it has a token to compare with.
    let hello = status(&http()?, &context.endpoint(role::SAMPLE)?, "").await?;
    if hello != 401 {
        wrong.push(format!(
            "hello itself answers {hello}, as if it had no token"
        ));
    }
    judged(
        wrong.is_empty(),
        match wrong.as_slice() {
            [] => format!(
                "{count} of {count} as wanted; from pods: {}",
                pods.join(", ")
            ),
            wrong => format!("{} of {count} wrong: {}", wrong.len(), wrong.join("; ")),
        },
    )
}

/// A pod with the service account `account` that tries to read `secret`; it fails unless the API
/// server refuses.
async fn denied(context: &Context, account: &str, secret: &str) -> Verdict {
    let pod = name();
    let guard = Guard::start(context, (HELLO, &pod), secret, Way::Api(account)).await?;
    let words = "is forbidden";
    wait_for("a refusal in the pod's log", FOUND, async || {
        match guard.log().await?.contains(words) {
            true => Ok(()),
            false => Err(CheckFailure::from("it says nothing of one")),
        }
    })
    .await?;
    match status(&http()?, guard.url(), "").await? {
        503 => Ok(format!("{account} is refused {}", short(secret))),
        other => Err(format!("a pod of {account} with {secret} answers {other}").into()),
    }
}

/// The checks' own names are left out.
fn short(secret: &str) -> &str {
    match secret {
        TOKEN => TOKEN,
        _ => "another secret",
    }
}
