//! The probe of the broker's pod: exits with 0 once a record went through the broker, there and back.
//!
//! Port and metadata answer before a broker can do that.

use std::{env, future, io::Write as _, process::ExitCode, time::Duration};

use groundwork_events::{Bus, Error, Reading, Start, consume};
use jiff::Timestamp;

/// One of Kafka's own by its name, so that nobody takes it for theirs.
const TOPIC: &str = "__groundwork_ready";
/// The least that Kafka keeps: a minute and a segment of 1 MiB.
const SETTINGS: [(&str, &str); 2] = [("retention.ms", "60000"), ("segment.bytes", "1048576")];
/// The probe has to answer before the kubelet gives it up, after 5 s.
const PATIENCE: Duration = Duration::from_secs(4);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(bootstrap) = env::args().nth(1) else {
        return failed("usage: kafka-ready HOST:PORT");
    };
    match tokio::time::timeout(PATIENCE, through(&bootstrap)).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error.to_string()),
        Err(_) => failed("no record went through within 4 s"),
    }
}

async fn through(bootstrap: &str) -> Result<(), Error> {
    let bus = Bus::connect(bootstrap, PATIENCE).await?;
    if bus.partitions(TOPIC).await?.is_none() {
        bus.create_topic(TOPIC, 1, &SETTINGS).await?;
    }
    let begin = Timestamp::now();
    bus.publish(TOPIC, None, b"ready").await?;
    let reading = Reading {
        topic: TOPIC.into(),
        start: Start::At(begin),
        max: Some(1),
        until_end: false,
    };
    consume(&bus, &reading, future::pending::<()>(), |_| Ok(())).await?;
    Ok(())
}

fn failed(reason: &str) -> ExitCode {
    // The kubelet shows it as an event of the pod.
    let _ = writeln!(std::io::stdout(), "{reason}");
    ExitCode::FAILURE
}
