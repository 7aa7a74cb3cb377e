//! Who may ask the console, and for what.

use super::console;
use crate::{Context, Verdict, figures::judged};

/// A request that must be refused: method, path, a header that tells who asks, and the statuses that
/// say no.
type Refused = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static [u16],
);

const REFUSED: [Refused; 12] = [
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
    (
        "POST",
        "/proxy/prometheus/api/v1/admin/tsdb/delete_series",
        PLAIN,
        WRITES,
    ),
    ("POST", "/proxy/prometheus/-/quit", PLAIN, WRITES),
    ("POST", "/proxy/victorialogs/insert/jsonline", PLAIN, WRITES),
    ("POST", "/proxy/alertmanager/api/v2/silences", PLAIN, WRITES),
    (
        "GET",
        "/proxy/prometheus/api/v1/label/a%2fb/values",
        PLAIN,
        WRITES,
    ),
];
const PLAIN: (&str, &str) = ("accept", "*/*");
const WRITES: &[u16] = &[403, 405];

pub(super) async fn refuses(context: &Context) -> Verdict {
    let console = console(context)?;
    let welcome = console.status("GET", "/api/dashboards", &[PLAIN]).await?;
    if welcome != 200 {
        return Err(format!("GET /api/dashboards gets {welcome}").into());
    }
    let mut faults = vec![];
    // A name that no route has leads to the console, which does not answer as that.
    let address = context.endpoint("console")?;
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
    let refused = format!("{} requests refused", REFUSED.len() + 1);
    judged(
        faults.is_empty(),
        if faults.is_empty() {
            refused
        } else {
            faults.join("; ")
        },
    )
}
