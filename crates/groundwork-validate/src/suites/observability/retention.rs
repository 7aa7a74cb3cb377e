//! How long metrics, logs and traces are kept: what the running servers say, and what they do.

use std::time::Duration;

use groundwork_contract::role;
use groundwork_signals::{Window, logs::of_service};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::{Api, api::ListParams};
use serde_json::json;

use crate::{
    runner::{Check, CheckFailure, Context, Verdict, judged},
    shared::{
        objects::plain,
        signals::{SERVICE, logs, metrics, run_name},
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.3",
        name: "metrics, logs and traces are kept as long as they must be",
        bound: "30 d, 14 d by the running servers, 7 d by Jaeger's configuration",
        run: |context| Box::pin(settings(context)),
        ..Check::GENTLE
    },
    Check {
        requirement: "REQ-0.3",
        name: "lines that are too old are not kept",
        bound: "one of 13 days ago is found, one of 15 days ago is not",
        run: |context| Box::pin(enforced(context)),
        ..Check::GENTLE
    },
];

const DAY: f64 = 24.0;
/// REQ-0.3: 30, 14 and 7 days; in hours.
const METRICS: f64 = 30.0 * DAY;
const LOGS: f64 = 14.0 * DAY;
const TRACES: f64 = 7.0 * DAY;
/// For a line that was just written to be found.
const THERE: Duration = Duration::from_secs(30);

async fn settings(context: &Context) -> Verdict {
    let of_metrics = metrics(context)?.retention().await?;
    let of_logs = logs(context)?.retention().await?;
    // Jaeger's API leaves out how long it keeps traces, so its pod's configuration has to tell.
    let of_traces = configured_ttl(context).await?;
    judged(
        hours(&of_metrics) == Some(METRICS)
            && hours(&of_logs) == Some(LOGS)
            && hours(&of_traces) == Some(TRACES),
        format!(
            "Prometheus {of_metrics}, VictoriaLogs {of_logs}, Jaeger {of_traces} (its pod's configuration)"
        ),
    )
}

/// How long Jaeger keeps traces, by the ConfigMap that its running pod has mounted.
async fn configured_ttl(context: &Context) -> Result<String, CheckFailure> {
    let (name, namespace) = context.workload(role::TRACES)?;
    let client = context.cluster().await?.client().clone();
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let maps: Api<ConfigMap> = Api::namespaced(client, namespace);
    let params = ListParams::default().labels(&format!("app.kubernetes.io/name={name}"));
    let pods = pods.list(&params).await.map_err(plain)?;
    let spec = pods.items.into_iter().find_map(|pod| pod.spec);
    let volumes = spec.and_then(|spec| spec.volumes).unwrap_or_default();
    for map in volumes.into_iter().filter_map(|volume| volume.config_map) {
        let data = maps.get(&map.name).await.map_err(plain)?.data;
        let found = data
            .unwrap_or_default()
            .into_values()
            .find_map(|it| ttl(&it));
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Err("no configuration of Jaeger's pod says how long traces are kept".into())
}

/// The value of `ttl: spans:` in Jaeger's configuration.
fn ttl(config: &str) -> Option<String> {
    let after = config.split_once("ttl:")?.1;
    let value = after.split_once("spans:")?.1.trim_start();
    let end = value.find(|it: char| !it.is_ascii_alphanumeric());
    Some(value[..end.unwrap_or(value.len())].to_owned())
}

/// `30d or 4GiB`, `2w`, `168h0m0s` in hours.
fn hours(text: &str) -> Option<f64> {
    let mut rest = text.split_whitespace().next()?;
    let mut total = 0.0;
    while !rest.is_empty() {
        let unit = rest.find(|it: char| it.is_ascii_alphabetic())?;
        let (number, after) = rest.split_at(unit);
        let next = after.find(|it: char| it.is_ascii_digit());
        let (unit, after) = after.split_at(next.unwrap_or(after.len()));
        let each = match unit {
            "y" => 365.0 * DAY,
            "w" => 7.0 * DAY,
            "d" => DAY,
            "h" => 1.0,
            "m" => 1.0 / 60.0,
            "s" => 1.0 / 3600.0,
            _ => return None,
        };
        total += each * number.parse::<f64>().ok()?;
        rest = after;
    }
    Some(total)
}

async fn enforced(context: &Context) -> Verdict {
    const DAYS: [i64; 2] = [13, 15];
    let logs = logs(context)?;
    let run = run_name();
    let now = Timestamp::now();
    let line = |days: i64| {
        let time = now - SignedDuration::from_hours(24 * days);
        let line = json!({"_time": time.to_string(), "service.name": SERVICE,
                          "_msg": format!("{run} {days} days ago")});
        format!("{line}\n")
    };
    let refused = logs.too_old().await?;
    logs.write(DAYS.map(line).concat(), "service.name").await?;
    let window = Window {
        from: now - SignedDuration::from_hours(24 * 16),
        to: now,
    };
    // Both came in one request, so when the one is found the other would be, too.
    let query = format!("{} {window} {run}", of_service(SERVICE));
    let found = wait_for("the line of 13 days ago", THERE, async || {
        let lines = logs.search(&query).await?;
        match lines.iter().any(|line| line.message().contains(" 13 ")) {
            true => Ok(lines),
            false => Err(CheckFailure::from(format!("{} lines", lines.len()))),
        }
    });
    let found = found.await?;
    // The server counts what it has refused a moment after it has answered.
    let refused = wait_for("its count of what was too old", THERE, async || match logs
        .too_old()
        .await?
        .saturating_sub(refused)
    {
        0 => Err(CheckFailure::from("it has refused nothing")),
        lines => Ok(lines),
    })
    .await?;
    let messages: Vec<_> = found.iter().map(|line| line.message()).collect();
    judged(
        found.len() == 1,
        format!(
            "found '{}'; {refused} refused as too old",
            messages.join("', '")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_call_a_time_is_read_as_hours() {
        assert_eq!(hours("30d or 4GiB"), Some(720.0));
        assert_eq!(hours("2w"), Some(336.0));
        assert_eq!(hours("168h0m0s"), Some(168.0));
        assert_eq!(hours("4w2d"), Some(720.0));
        assert_eq!(hours("14"), None);
        assert_eq!(hours(""), None);
    }

    #[test]
    fn jaegers_configuration_says_how_long_spans_are_kept() {
        let block = "backends:\n  main:\n    badger:\n      ttl:\n        # REQ-0.3\n        spans: 168h\n      x: 1\n";
        assert_eq!(ttl(block).as_deref(), Some("168h"));
        assert_eq!(
            ttl("badger: {ttl: {spans: 168h0m0s}}").as_deref(),
            Some("168h0m0s")
        );
        assert_eq!(ttl("badger: {ephemeral: true}"), None);
    }
}
