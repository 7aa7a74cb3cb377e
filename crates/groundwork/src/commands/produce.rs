//! `produce`: the lines of standard input as records of a topic.

use std::{
    io::{self, BufReader},
    process::ExitCode,
};

use groundwork_events::{Keys, produce};

use crate::{
    cli::{Global, Produce},
    failure::Exit,
    given, output, runtime,
};

pub fn run(global: &Global, arguments: &Produce) -> anyhow::Result<ExitCode> {
    let topic = &arguments.topic;
    let keys = if arguments.keys {
        Keys::Tab
    } else {
        Keys::None
    };
    runtime::new()?.block_on(async {
        let bus = given::bus(global).await?;
        if bus.ensure(topic).await? {
            output::note(format!(
                "made the topic {topic} with the broker's defaults; \
                 name it in the event bus's topics.yaml to keep it in Git"
            ));
        }
        let published = produce(&bus, topic, BufReader::new(io::stdin()), keys).await?;
        output::note(format!("{published} published to {topic}"));
        anyhow::Ok(())
    })?;
    Ok(Exit::Done.into())
}
