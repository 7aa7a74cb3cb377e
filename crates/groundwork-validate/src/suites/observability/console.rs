//! Who may ask the console, and for what.

use groundwork_contract::role;

use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::signals::console,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.3",
    name: "the console is for this machine, and only looks",
    bound: "403 for another host, page or site; 403 or 405 for what writes",
    run: |context| Box::pin(refuses(context)),
    ..Check::GENTLE
}];

/// A request that must be refused: method, path, a header that tells who asks, and the statuses that
/// say no.
type Refused = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static [u16],
);

const REFUSED: [Refused; 7] = [
    (
        "GET",
        "/api/topics",
        ("origin", "http://evil.example"),
        &[403],
    ),
    (
        "GET",
        "/api/topics",
        ("origin", "http://hello.localhost:8080"),
        &[403],
    ),
    ("GET", "/", ("origin", "null"), &[403]),
    (
        "GET",
        "/api/topics",
        ("sec-fetch-site", "cross-site"),
        &[403],
    ),
    ("POST", "/", PLAIN, WRITES),
    ("POST", "/api/topics", PLAIN, WRITES),
    ("DELETE", "/api/topics/orders/messages", PLAIN, WRITES),
];
/// The same of the servers behind it: their role, and a path that must be refused.
const REFUSED_BEHIND: [(&str, &str, &str); 5] = [
    ("POST", role::METRICS, "api/v1/admin/tsdb/delete_series"),
    ("POST", role::METRICS, "-/quit"),
    ("POST", role::LOGS, "insert/jsonline"),
    ("POST", role::ALERTS, "api/v2/silences"),
    ("GET", role::METRICS, "api/v1/label/a%2fb/values"),
];
const PLAIN: (&str, &str) = ("accept", "*/*");
const WRITES: &[u16] = &[403, 405];

async fn refuses(context: &Context) -> Verdict {
    let console = console(context)?;
    let welcome = console.status("GET", "/api/dashboards", &[PLAIN]).await?;
    if welcome != 200 {
        return Err(format!("GET /api/dashboards gets {welcome}").into());
    }
    let mut faults = vec![];
    // A name without a route leads to the console, which refuses it.
    let address = context.endpoint(role::UI)?;
    let named = console.status("GET", "/api/dashboards", &[("host", "evil.example")]);
    let named = named.await?;
    if named != 403 {
        faults.push(format!("as evil.example {address} answers {named}"));
    }
    for (method, path, header, wanted) in REFUSED {
        let status = console.status(method, path, &[header]).await?;
        if !wanted.contains(&status) {
            let (name, value) = header;
            faults.push(format!("{method} {path} ({name}: {value}) gets {status}"));
        }
    }
    for (method, role, path) in REFUSED_BEHIND {
        let path = format!("/proxy/{}/{path}", context.component(role)?.name);
        let status = console.status(method, &path, &[PLAIN]).await?;
        if !WRITES.contains(&status) {
            faults.push(format!("{method} {path} gets {status}"));
        }
    }
    let refused = REFUSED.len() + REFUSED_BEHIND.len() + 1;
    let refused = format!("{refused} requests refused");
    judged(
        faults.is_empty(),
        if faults.is_empty() {
            refused
        } else {
            faults.join("; ")
        },
    )
}
