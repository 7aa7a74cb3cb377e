//! `secret audit`: who has used secrets, as the API server has recorded it.

use groundwork_contract::role;
use groundwork_signals::logs::{Line, Logs, of_service, quoted};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    cli::{Global, secret::Audit},
    failure::Failure,
    given, output, table,
};

/// The service under which the collector ships the API server's audit log.
const LOG: &str = "kube-apiserver-audit";

/// One access.
#[derive(Serialize)]
struct Access {
    time: String,
    user: String,
    /// Who acted for the user, if somebody did.
    impersonator: String,
    verb: String,
    namespace: String,
    name: String,
    /// The HTTP status: 200, 403 for what was denied, 404 for what is not there, …
    code: String,
    /// The address that it came from.
    source: String,
    agent: String,
}

impl Access {
    fn of(line: &Line) -> Self {
        let field = |name| line.field(name).to_owned();
        Self {
            time: field("_time"),
            user: field("user"),
            impersonator: field("impersonator"),
            verb: field("verb"),
            namespace: field("namespace"),
            name: field("name"),
            code: field("code"),
            source: field("source"),
            agent: field("userAgent"),
        }
    }
}

pub async fn run(global: &Global, arguments: &Audit) -> anyhow::Result<()> {
    let stack = given::stack(global)?;
    let logs = Logs::new(stack.of_role(role::LOGS)?.endpoint()?)?;
    if !arguments.since.is_positive() {
        return Err(
            Failure::wrong_use("--since must be a time that has passed, such as 1h").into(),
        );
    }
    let from = Timestamp::now().checked_sub(arguments.since);
    let from = from.map_err(|_| Failure::wrong_use("--since is too long ago"))?;
    let lines = logs.search(&query(arguments, from)).await?;
    let accesses: Vec<_> = lines.iter().map(Access::of).collect();
    if arguments.json {
        return Ok(output::json(&accesses)?);
    }
    let titles = ["TIME", "USER", "VERB", "SECRET", "CODE", "SOURCE", "AGENT"];
    let rows = accesses.iter().map(|it| {
        let time = it.time.parse::<Timestamp>();
        [
            time.map_or(it.time.clone(), |time| {
                time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
            }),
            it.user.clone(),
            it.verb.clone(),
            secret(it),
            it.code.clone(),
            it.source.clone(),
            // The rest of an agent's name is its build.
            it.agent.split(' ').next().unwrap_or_default().to_owned(),
        ]
    });
    output::lines(table::titled(titles, rows));
    Ok(())
}

/// `NAMESPACE/NAME`, with a star where the access was not about one.
fn secret(access: &Access) -> String {
    let star = |text: &str| {
        if text.is_empty() {
            "*".to_owned()
        } else {
            text.to_owned()
        }
    };
    format!("{}/{}", star(&access.namespace), star(&access.name))
}

fn query(arguments: &Audit, from: Timestamp) -> String {
    let mut query = format!("{} _time:>={from} resource:=secrets", of_service(LOG));
    if let Some(namespace) = &arguments.namespace {
        query += &format!(" namespace:={}", quoted(namespace));
    }
    if let Some(name) = &arguments.name {
        // With its versions.
        query += &format!(
            " (name:={} or name:={}*)",
            quoted(name),
            quoted(&format!("{name}.v"))
        );
    }
    query + " | sort by (_time)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_names_the_secret_and_its_versions() {
        let arguments = Audit {
            name: Some("alpaca".into()),
            namespace: Some("default".into()),
            since: jiff::SignedDuration::from_hours(1),
            json: false,
        };
        assert_eq!(
            query(&arguments, Timestamp::UNIX_EPOCH),
            "{\"service.name\"=\"kube-apiserver-audit\"} _time:>=1970-01-01T00:00:00Z resource:=secrets \
             namespace:=\"default\" (name:=\"alpaca\" or name:=\"alpaca.v\"*) | sort by (_time)"
        );
    }
}
