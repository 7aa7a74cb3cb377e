//! `consume`: records from a topic to standard output.

use std::{io, process::ExitCode};

use groundwork_events::{Error, Reading, Record, Start, consume};

use crate::{
    cli::{Consume, Global},
    failure::Exit,
    given, output, runtime,
};

pub fn run(global: &Global, arguments: &Consume) -> anyhow::Result<ExitCode> {
    let reading = Reading {
        topic: arguments.topic.clone(),
        start: match arguments.from {
            _ if arguments.from_beginning => Start::Beginning,
            Some(moment) => Start::At(moment),
            None => Start::End,
        },
        max: arguments.max,
        until_end: arguments.until_end,
    };
    let read = runtime::new()?.block_on(async {
        let bus = given::bus(global).await?;
        let write = |record: Record| write(&record, arguments.json);
        anyhow::Ok(consume(&bus, &reading, tokio::signal::ctrl_c(), write).await)
    })?;
    match read {
        // Nobody reads any more (`… | head`), which is no failure.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => drop(other?),
    }
    Ok(Exit::Done.into())
}

/// A record's value as it is, or the whole record as JSON, on a line of its own.
fn write(record: &Record, json: bool) -> io::Result<()> {
    if json {
        output::record(&serde_json::to_vec(record)?)
    } else {
        output::record(record.value.as_deref().unwrap_or_default())
    }
}
