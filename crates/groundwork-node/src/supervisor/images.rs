//! Keeps the stack's images there as long as the node runs. No registry has them, and without its image a
//! container cannot be started again.

use std::{thread, time::Duration};

use crate::{images, state::StateDir};

/// Between two looks; each is a start of containerd's client.
const EVERY: Duration = Duration::from_secs(60);

/// Brings back removed images, as long as the process lives.
pub fn keep(state: StateDir) {
    thread::spawn(move || {
        loop {
            #[expect(clippy::disallowed_methods, reason = "it looks for ever")]
            thread::sleep(EVERY);
            match images::restore(&state) {
                Ok(0) => {}
                Ok(count) => tracing::warn!("{count} images had been removed, and are back"),
                Err(error) => tracing::warn!("{error}"),
            }
        }
    });
}
