//! Messages on disk: kept as files, and forgotten when they are too old.

use std::{fs, path::PathBuf, time::Duration};

use groundwork_events::topics;

use super::topic::Topic;
use crate::{
    Context, Failure, Verdict,
    context::blocking,
    figures::{duration, judged},
    wait::until,
};

/// In milliseconds.
const SEVEN_DAYS: i64 = 7 * 24 * 60 * 60 * 1000;
/// A minute of retention, the broker's look every ten seconds, and as much again for a busy machine.
const FORGOTTEN: Duration = Duration::from_secs(120);

pub(super) async fn on_disk(context: &Context) -> Verdict {
    const TEXT: &str = "a message that can be found in a file";
    let topic = Topic::new(
        context,
        "on-disk",
        1,
        &[("compression.type", "uncompressed")],
    )
    .await?;
    let published = topic.bus.publish(&topic.name, None, TEXT.as_bytes());
    published.await?;
    let (volumes, folder) = (context.state.volumes(), format!("{}-0", topic.name));
    let found = blocking(move || segment_with(volumes, &folder, TEXT)).await;
    topic.delete().await?;
    found
}

/// The segment file below `volumes` in a partition's `folder` that holds `text`.
fn segment_with(volumes: PathBuf, folder: &str, text: &str) -> Verdict {
    for volume in fs::read_dir(&volumes)? {
        let partition = volume?.path().join("data").join(folder);
        let Ok(files) = fs::read_dir(&partition) else {
            continue;
        };
        for file in files {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "log") {
                continue;
            }
            let bytes = fs::read(&path)?;
            let at = bytes
                .windows(text.len())
                .position(|it| it == text.as_bytes());
            let size = bytes.len();
            return match at {
                Some(_) => Ok(format!("{} of {size} bytes", path.display())),
                None => Err(format!("{} of {size} bytes does not hold it", path.display()).into()),
            };
        }
    }
    Err(format!("no volume in {} has {folder}", volumes.display()).into())
}

pub(super) async fn default_retention(context: &Context) -> Verdict {
    let topic = Topic::new(context, "default", 1, &[]).await?;
    let found = topics::list(&topic.bus).await?;
    topic.delete().await?;
    let found = found.into_iter().find(|found| found.name == topic.name);
    let kept = found.and_then(|found| found.retention);
    let kept = kept.ok_or("the broker does not tell how long the topic's records are kept")?;
    judged(kept.millis() == SEVEN_DAYS, format!("{} ms", kept.millis()))
}

pub(super) async fn retention(context: &Context) -> Verdict {
    // The least that Kafka takes, so that three segments are soon full.
    const SEGMENT: usize = 1 << 20;
    let settings = [
        ("retention.ms", "60000"),
        ("segment.bytes", "1048576"),
        ("compression.type", "uncompressed"),
    ];
    let topic = Topic::new(context, "minute", 1, &settings).await?;
    let value = vec![b'x'; SEGMENT / 4];
    for _ in 0..12 {
        topic.bus.publish(&topic.name, None, &value).await?;
    }
    let started = std::time::Instant::now();
    let forgotten = until("the first segments", FORGOTTEN, async || {
        let offsets = topic.bus.offsets(&topic.name, 0).await?;
        match offsets.earliest {
            0 => Err(Failure::from("the first offset is still 0")),
            earliest => Ok(format!(
                "the first offset is {earliest} of {}",
                offsets.latest
            )),
        }
    });
    let (forgotten, took) = (forgotten.await, started.elapsed());
    topic.delete().await?;
    judged(
        context.in_time(took, FORGOTTEN),
        format!("{} after {}", forgotten?, duration(took)),
    )
}
