//! `topics`: what is on the event bus, and how far its readers are.

use std::process::ExitCode;

use groundwork_events::topics::{self, Retention};

use crate::{
    cli::{Global, Topics, TopicsCommand},
    failure::Exit,
    given, output, runtime, table,
};

pub fn run(global: &Global, arguments: &Topics) -> anyhow::Result<ExitCode> {
    let json = arguments.json;
    runtime::new()?.block_on(async {
        let bus = given::bus(global).await?;
        match arguments.command.as_ref().unwrap_or(&TopicsCommand::List) {
            TopicsCommand::List => {
                let topics = topics::list(&bus).await?;
                answer(json, &topics, || {
                    let titles = ["TOPIC", "PARTITIONS", "RECORDS", "RETENTION"];
                    let rows = topics.iter().map(|topic| {
                        [
                            topic.name.clone(),
                            topic.partitions.to_string(),
                            topic.records.to_string(),
                            retention(topic.retention),
                        ]
                    });
                    table::titled(titles, rows)
                })
            }
            TopicsCommand::Describe { topic } => {
                let found = topics::describe(&bus, topic).await?;
                answer(json, &found, || description(&found))
            }
            TopicsCommand::Lag { group } => {
                let lags = topics::lag(&bus, group.as_deref()).await?;
                answer(json, &lags, || {
                    let titles = ["GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG"];
                    let rows = lags.iter().map(|lag| {
                        [
                            lag.group.clone(),
                            lag.topic.clone(),
                            lag.partition.to_string(),
                            lag.committed.to_string(),
                            lag.end.to_string(),
                            lag.lag.to_string(),
                        ]
                    });
                    table::titled(titles, rows)
                })
            }
        }
    })?;
    Ok(Exit::Done.into())
}

fn answer(
    json: bool,
    answer: &impl serde::Serialize,
    lines: impl FnOnce() -> Vec<String>,
) -> anyhow::Result<()> {
    if json {
        output::json(answer)?;
    } else {
        output::lines(lines());
    }
    Ok(())
}

fn retention(retention: Option<Retention>) -> String {
    retention.map_or_else(|| "-".into(), |retention| retention.to_string())
}

fn description(found: &topics::Description) -> Vec<String> {
    let titles = ["PARTITION", "EARLIEST", "LATEST", "LEADER"];
    let rows = found.partitions.iter().map(|it| {
        [
            it.partition.to_string(),
            it.earliest.to_string(),
            it.latest.to_string(),
            it.leader.to_string(),
        ]
    });
    let mut lines = table::titled(titles, rows);
    let settings = found.settings.iter();
    lines.extend(settings.map(|setting| format!("{}={}", setting.name, setting.value)));
    lines
}
