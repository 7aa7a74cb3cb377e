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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [bootstrap, seconds] = arguments.as_slice() else {
        return failed("usage: kafka-ready HOST:PORT SECONDS");
    };
    let Ok(patience) = seconds.parse().map(Duration::from_secs) else {
        return failed("SECONDS is how long a record may take, a whole number");
    };
    match tokio::time::timeout(patience, through(bootstrap, patience)).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error.to_string()),
        Err(_) => failed(&format!("no record went through within {seconds} s")),
    }
}

async fn through(bootstrap: &str, patience: Duration) -> Result<(), Error> {
    let bus = Bus::connect(bootstrap, patience).await?;
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
