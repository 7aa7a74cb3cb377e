//! Messages are files on the volume.

use std::{fs, path::PathBuf};

use super::topic::Topic;
use crate::runner::{Check, Context, Verdict, blocking};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.2",
    name: "messages are files on the volume",
    bound: "a segment of the topic that holds them",
    run: |context| Box::pin(on_disk(context)),
    ..Check::GENTLE
}];

async fn on_disk(context: &Context) -> Verdict {
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
