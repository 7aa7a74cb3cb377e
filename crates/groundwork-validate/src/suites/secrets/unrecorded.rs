//! The API server cannot write its audit log: then it refuses to give Secrets.

use std::time::Duration;

use http::Request;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::{
    asker::{Asker, Who},
    own::{FIELD, Own, attempt, marker, secret, token},
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict, blocking, judged},
    shared::{namespace::NAMESPACE, node::pids, wait::wait_for, words::timed},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "nothing is given without a record",
    bound: "a Secret 500 while the audit log cannot be written, all well afterwards",
    run: |context| Box::pin(refused(context)),
    ..Check::DISRUPTIVE
}];

const API_SERVER: &str = "kube-apiserver";
/// For the API server to give Secrets again.
const BACK: Duration = Duration::from_secs(60);
/// What it says then.
const WORDS: &str = "failed to store audit event";

async fn refused(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    let (value, started) = (marker(), std::time::Instant::now());
    own.set(&value).await?;
    let full = unwritable(context).await?;
    let seen = refusals(context, &own, &value).await;
    drop(full);
    let back = wait_for("the value", BACK, async || {
        Ok(token(&own.store, &own.id).await? == value)
    });
    let (back, seen) = (back.await?, seen?);
    let again = secret(
        context,
        &format!("get {} {FIELD} --reveal", own.words()),
        "",
    )
    .await?;
    judged(
        seen.held && back && again == value,
        timed(&format!("{}; read again: {back}", seen.text), started),
    )
}

/// What was seen while the audit log could not be written.
struct Seen {
    held: bool,
    text: String,
}

async fn refusals(context: &Context, own: &Own, value: &str) -> Result<Seen, CheckFailure> {
    let admin = Asker::new(context, Who::Admin, "groundwork-validate").await?;
    let get = |path: String| Request::get(path).body(vec![]);
    let all = format!("/api/v1/namespaces/{NAMESPACE}");
    let (status, text) = admin
        .answer(get(format!("{all}/secrets/{}", own.id.name))?)
        .await?;
    let others = admin.status(get(format!("{all}/configmaps"))?).await?;
    let words = format!("get {} {FIELD} --reveal", own.words());
    let command = attempt(context, &words, "").await?;
    let said = [command.stdout, command.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let code = command.status.code();
    Ok(Seen {
        held: status == 500
            && text.contains(WORDS)
            && others == 200
            && code == Some(1)
            && said.contains("hint:")
            && !said.contains(value),
        text: format!(
            "a Secret is answered {status}, `get` ends with {}, ConfigMaps are answered {others}",
            code.map_or("a signal".into(), |code| code.to_string())
        ),
    })
}

/// The API server's files may not grow, as on a full disk, until this goes. What it has written stays,
/// and it works on without a restart afterwards; an API server that is started meanwhile is free of it.
struct Full(Pid);

impl Drop for Full {
    fn drop(&mut self) {
        // It may have ended, and the limit with it.
        let _ = prlimit(Some(self.0), Resource::Fsize, UNLIMITED);
    }
}

const UNLIMITED: Rlimit = Rlimit {
    current: None,
    maximum: None,
};

/// Makes the audit log one that cannot be written.
async fn unwritable(context: &Context) -> Result<Full, CheckFailure> {
    let state = context.state.clone();
    let pids = blocking(move || pids(&state)).await?;
    let pid = pids
        .get(API_SERVER)
        .and_then(|pid| i32::try_from(*pid).ok());
    let pid = pid
        .and_then(Pid::from_raw)
        .ok_or("the API server does not run")?;
    let nothing = Rlimit {
        current: Some(1),
        maximum: None,
    };
    prlimit(Some(pid), Resource::Fsize, nothing)
        .map_err(|errno| format!("cannot limit the API server's files: {errno}"))?;
    Ok(Full(pid))
}
