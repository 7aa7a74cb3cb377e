//! Values that are planted, and looked for where they must not be.

use std::time::Instant;

use groundwork_node::encryption;
use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
};
use groundwork_stack::role;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use serde_json::json;

use super::{
    ANSWER, AUDIT, http,
    own::{FIELD, Own, attempt, marker, secret, token},
    places::{Found, events, files, lines, spans, watching},
    pod::{Guard, Way},
    search::{Texts, sweep},
};
use crate::{
    Context, Failure, Verdict,
    context::blocking,
    figures::{duration, judged},
    req_0_3::{FOUND, SERVICE, logs, traces},
    test_bed::{NAMESPACE, apply},
    wait::{until, within},
};

pub(super) async fn encrypted(context: &Context) -> Verdict {
    const HIDDEN: usize = 0;
    const PLAIN: usize = 1;
    let own = Own::new(context).await?;
    let (hidden, plain) = (marker(), marker());
    own.set(&hidden).await?;
    let cluster = context.cluster().await?;
    let maps: Api<ConfigMap> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    apply(&maps, &own.id.name, json!({"data": {"plain": plain}})).await?;

    let started = Instant::now();
    let (root, texts) = (
        context.state.root().to_path_buf(),
        Texts::new([&hidden, &plain]),
    );
    let found = blocking(move || sweep(&root, &texts)).await?;
    let took = duration(started.elapsed());
    let (state, stack) = (context.state.clone(), context.stack.clone());
    let stored = blocking(move || encryption::stored(&state, &stack)).await?;
    let key = encryption::keys(&context.state)?.writes;

    let open = stored.iter().filter(|it| it.key.is_none()).count();
    let ours = stored.iter().find(|it| it.object == own.id.to_string());
    let under = ours.and_then(|it| it.key.clone()).unwrap_or_default();
    let etcd = context.state.path("etcd");
    let control = found.files_with(PLAIN);
    let control = control
        .iter()
        .filter(|path| path.starts_with(&etcd))
        .count();
    let leaks = found.files_with(HIDDEN);
    let leaks: Vec<_> = leaks
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    judged(
        leaks.is_empty() && control > 0 && open == 0 && under == key,
        format!(
            "in {} of {} files ({} MB, read in {took}){}; a ConfigMap's text in {control} of etcd's; \
             {open} of {} Secrets in etcd without a key, this one under '{under}'",
            leaks.len(),
            found.files,
            found.bytes / 1_000_000,
            match leaks.as_slice() {
                [] => String::new(),
                leaks => format!(": {}", leaks.join(", ")),
            },
            stored.len(),
        ),
    )
}

/// The services whose spans have the secret's name.
const TRACED: [&str; 2] = [SERVICE, "hello"];

/// What came of a value's way.
struct Travelled {
    /// What a command that failed has said.
    complaints: Vec<u8>,
    /// The value that was made by the command.
    made: String,
}

pub(super) async fn nowhere(context: &Context) -> Verdict {
    let own = Own::new(context).await?;
    let (name, values) = (own.id.name.clone(), [marker(), marker()]);
    let (began, mut found) = (Timestamp::now(), Found::default());
    let texts = Texts::new([&name, &values[0], &values[1]]);
    let way = watching(&texts, &mut found, travel(context, &own, &values)).await?;

    let texts = Texts::new([&name, &values[0], &values[1], &way.made]);
    found.add(
        "a command's complaint",
        "3 complaints".into(),
        &texts.within(&way.complaints),
    );
    let window = Window::since(began);
    arrived(context, &name, window).await?;
    lines(context, window, &texts, &mut found).await?;
    spans(context, window, &TRACED, &texts, &mut found).await?;
    events(context, &texts, &mut found).await?;
    files(context, &texts, &mut found).await?;
    found.verdict()
}

/// Lets values go wherever a value may go.
async fn travel(context: &Context, own: &Own, values: &[String; 2]) -> Result<Travelled, Failure> {
    let (which, name) = (own.words(), &own.id.name);
    let set = format!("set {which} {FIELD} --kind token");
    for value in values {
        secret(context, &set, value).await?;
    }
    secret(context, &format!("rollback {which}"), "").await?;
    if secret(context, &format!("get {which} --reveal"), "").await? != values[0] {
        return Err("`get` shows another value than the one that was rolled back to".into());
    }

    let mut complaints = vec![];
    for (words, input) in [
        // A secret keeps its kind; a key has 32 bytes; a .env file has names.
        (
            format!("set {which} {FIELD} --kind api-key"),
            values[1].clone(),
        ),
        (
            format!("set {name}-key -n {NAMESPACE} key --kind encryption-key"),
            values[1].clone(),
        ),
        (
            format!("import {name}-env -n {NAMESPACE} /dev/stdin"),
            format!("A=1\nnot a line {}\n", values[1]),
        ),
    ] {
        let output = attempt(context, &words, &input).await?;
        if !matches!(output.status.code(), Some(1 | 2)) || output.stderr.is_empty() {
            return Err(format!(
                "`groundwork secret {words}` did not fail: {}",
                output.status
            )
            .into());
        }
        complaints.extend([output.stdout, output.stderr].concat());
    }

    let pod = (own.id.namespace.as_str(), name.as_str());
    let guard = Guard::start(context, pod, name, Way::Volume).await?;
    let client = http()?;
    let hello = context.endpoint(role::SAMPLE)?;
    for (url, value, wanted) in [
        (guard.url(), &values[0], 200),
        (guard.url(), &values[1], 401),
        (&*hello, &values[0], 401),
    ] {
        until("an answer", FOUND, async || {
            let request = client.get(format!("{url}/private"));
            // By which the trace is known.
            let request = request.header("user-agent", name).bearer_auth(value);
            let answer = within(ANSWER, request.send()).await??;
            match answer.status().as_u16() {
                status if status == wanted => Ok(()),
                other => Err(Failure::from(format!(
                    "{url} answers {other}, not {wanted}"
                ))),
            }
        })
        .await?;
    }
    secret(context, &format!("rotate {which}"), "").await?;
    Ok(Travelled {
        complaints,
        made: token(&own.store, &own.id).await?,
    })
}

/// Waits until what was said last has come to the stores.
async fn arrived(context: &Context, name: &str, window: Window) -> Result<(), Failure> {
    let (logs, traces) = (logs(context)?, traces(context)?);
    let last = format!(
        "{} {window} name:={} userAgent:=\"groundwork-secret/rotate\"",
        of_service(AUDIT),
        quoted(name)
    );
    // Whatever service they are taken for: a collector that has just lost the API server does not know a new pod.
    let pod = format!("{window} \"k8s.pod.name\":={}", quoted(name));
    until("the last records, lines and spans", FOUND, async || {
        let (records, lines) = (logs.count(&last).await?, logs.count(&pod).await?);
        let mut untraced = vec![];
        for service in TRACED {
            if !traces.text(service, window).await?.contains(name) {
                untraced.push(service);
            }
        }
        match (records, lines, &*untraced) {
            (1.., 1.., []) => Ok(()),
            _ => Err(Failure::from(format!(
                "{records} records, {lines} lines, no span of: {}",
                untraced.join(", ")
            ))),
        }
    })
    .await
}
