//! REQ-0.6: secrets that are kept where nobody sees them, read at run time by those who may, replaced
//! without a restart, and used by nobody without a record.

mod asker;
mod commands;
mod hidden;
mod isolation;
mod keys;
mod own;
mod places;
mod plan;
mod pod;
mod records;
mod rotation;
mod search;
mod traffic;
mod unrecorded;

use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::{
    Api,
    api::{DeleteParams, ListParams},
};

use crate::{
    Context, Failure, Probe, Requirement, req_0_3::SERVICE, test_bed::plain, wait::within,
};

const THIS: Requirement = Requirement("REQ-0.6");

/// Where the stack's services are that have a secret, and the secret.
const HELLO: &str = "hello";
const TOKEN: &str = "hello-token";
/// The API server's audit log in the log store.
const AUDIT: &str = "kube-apiserver-audit";
/// For a service on this machine to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// For checks that wait for the kubelet or an alert several times.
const LONG: Duration = Duration::from_secs(360);

/// The checks, in the order in which they make sense to a reader.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        THIS.gentle(
            "a secret is kept, found and read by the commands",
            "the same value, with who and why; refused without --reveal and as an argument",
            |context| Box::pin(commands::kept(context)),
        ),
        THIS.gentle(
            "a value is encrypted where it lies",
            "in no file, while a ConfigMap's is found; every Secret in etcd under a key",
            |context| Box::pin(hidden::encrypted(context)),
        ),
        THIS.gentle(
                "a value is in no log, event, trace, process, file or complaint",
                "in none, while the secret's name is in each",
                |context| Box::pin(hidden::nowhere(context)),
).within(LONG),
        THIS.gentle(
            "a service reads its own secret and no others",
            "its own by name only, all else 403; from pods too",
            |context| Box::pin(isolation::own_only(context)),
        ),
        THIS.gentle(
                "a version is restored from history",
                "the first value again, 10 versions kept, none changed; a deleted one gone for its service",
                |context| Box::pin(commands::restored(context)),
).within(LONG),
        THIS.gentle(
            "every access to a Secret is one record",
            "1000/1000, the same by verb, user and code, none without source and time",
            |context| Box::pin(records::complete(context)),
        ),
        THIS.gentle(
            "`secret audit` shows who read what",
            "one read, with the person who called",
            |context| Box::pin(records::shown(context)),
        ),
        THIS.gentle(
                "a denial raises an alert",
                "SecretAccessDenied of that user fires and is with Alertmanager",
                |context| Box::pin(records::alerted(context)),
).within(LONG),
        THIS.disruptive(
            "hello takes a rotated token without a restart",
            "< 60 s each; no request broken, those in flight answered 200, the same pods",
            |context| Box::pin(rotation::taken_over(context)),
        ).also_speed(),
        THIS.disruptive(
            "the key is rotated and the old one is gone",
            "all values as before, all objects under the new key, the old one in no file",
            |context| Box::pin(keys::rotated(context)),
        ),
        THIS.disruptive(
            "kill -9 in the middle of a key rotation loses nothing",
            "3 kills, each followed by a whole rotation: all values, one key, all objects under it",
            |context| Box::pin(keys::killed(context)),
        ),
        THIS.disruptive(
            "nothing is given without a record",
            "a Secret 500 while the audit log cannot be written, all well afterwards",
            |context| Box::pin(unrecorded::refused(context)),
        ),
    ]
}

/// Removes what a check left among the stack's own objects. All else is in the checks' namespace.
pub(crate) async fn remove(context: &Context) -> Result<(), Failure> {
    let cluster = context.cluster().await?;
    let ours = ListParams::default().labels(&format!("app.kubernetes.io/name={SERVICE}"));
    let at_once = DeleteParams::default().grace_period(0);
    let pods: Api<Pod> = Api::namespaced(cluster.client().clone(), HELLO);
    let secrets: Api<Secret> = Api::namespaced(cluster.client().clone(), HELLO);
    pods.delete_collection(&at_once, &ours)
        .await
        .map_err(plain)?;
    secrets
        .delete_collection(&at_once, &ours)
        .await
        .map_err(plain)?;
    Ok(())
}

fn http() -> Result<reqwest::Client, Failure> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

/// How the service at `url` answers a request for what it gives to those who have its token.
async fn status(client: &reqwest::Client, url: &str, token: &str) -> Result<u16, Failure> {
    let request = client.get(format!("{url}/private")).bearer_auth(token);
    Ok(within(ANSWER, request.send()).await??.status().as_u16())
}
