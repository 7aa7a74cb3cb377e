//! A folder with one file per field: a volume that Kubernetes makes of a Secret, or any other.
//!
//! It is looked at once a second. inotify would see a change sooner. But a user has 128 instances of
//! it for all of a machine's containers together. The watch is lost when the folder is replaced, and
//! some file systems never tell; so there would have to be looks as well, and one of them is one
//! `readlink`. The kubelet brings a change into a volume half a minute late anyway.

use std::{path::PathBuf, time::Duration};

use groundwork_secret_files::look;
use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use crate::watched::Publisher;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
pub(crate) async fn follow(folder: PathBuf, mut publisher: Publisher) {
    let mut pace = interval(EVERY);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    loop {
        pace.tick().await;
        let (there, last) = (folder.clone(), known.clone());
        match spawn_blocking(move || look(&there, last.as_ref())).await {
            Ok(Ok(new)) => {
                if let Some((stamp, secret)) = new {
                    publisher.publish(secret);
                    known = Some(stamp);
                }
                publisher.settled();
            }
            Ok(Err(error)) => publisher.problem(&error.kind().to_string(), &error.to_string()),
            // The runtime ends.
            Err(_) => return,
        }
    }
}
