//! Values are planted, and looked for where they must not be.

use std::time::Duration;

use groundwork_contract::role;
use groundwork_process::wait::within;
use groundwork_signals::{
    Window,
    logs::{of_service, quoted},
};
use jiff::Timestamp;

use super::{
    asker::AUDIT,
    guard::{Guard, Way},
    hello::{ANSWER, http},
    own::{FIELD, Own, attempt, marker, secret, token},
    places::{Found, events, files, lines, spans, watching},
    texts::Texts,
};
use crate::{
    runner::{Check, CheckFailure, Context, Verdict},
    shared::{
        namespace::NAMESPACE,
        signals::{FOUND, SERVICE, logs, traces},
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a value is in no log, event, trace, process, file or complaint",
    bound: "in none, while the secret's name is in each",
    // The kubelet or an alert is waited for several times.
    deadline: Duration::from_secs(360),
    run: |context| Box::pin(nowhere(context)),
    ..Check::GENTLE
}];

/// The services whose spans have the secret's name.
const TRACED: [&str; 2] = [SERVICE, "hello"];

/// What came of a value's way.
struct Travelled {
    /// What a command that failed has said.
    complaints: Vec<u8>,
    /// The value that was made by the command.
    made: String,
}

async fn nowhere(context: &Context) -> Verdict {
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
async fn travel(
    context: &Context,
    own: &Own,
    values: &[String; 2],
) -> Result<Travelled, CheckFailure> {
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
        wait_for("an answer", FOUND, async || {
            let request = client.get(format!("{url}/private"));
            // By which the trace is known.
            let request = request.header("user-agent", name).bearer_auth(value);
            let answer = within(ANSWER, request.send()).await??;
            match answer.status().as_u16() {
                status if status == wanted => Ok(()),
                other => Err(CheckFailure::from(format!(
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
async fn arrived(context: &Context, name: &str, window: Window) -> Result<(), CheckFailure> {
    let (logs, traces) = (logs(context)?, traces(context)?);
    let last = format!(
        "{} {window} name:={} userAgent:=\"groundwork-secret/rotate\"",
        of_service(AUDIT),
        quoted(name)
    );
    // Of every service: a collector that has just lost the API server cannot name a new pod's.
    let pod = format!("{window} \"k8s.pod.name\":={}", quoted(name));
    wait_for("the last records, lines and spans", FOUND, async || {
        let (records, lines) = (logs.count(&last).await?, logs.count(&pod).await?);
        let mut untraced = vec![];
        for service in TRACED {
            if !traces.text(service, window).await?.contains(name) {
                untraced.push(service);
            }
        }
        match (records, lines, &*untraced) {
            (1.., 1.., []) => Ok(()),
            _ => Err(CheckFailure::from(format!(
                "{records} records, {lines} lines, no span of: {}",
                untraced.join(", ")
            ))),
        }
    })
    .await
}
