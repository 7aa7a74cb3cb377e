//! What can show progress, and a time as it is shown.

use std::time::Duration;

use groundwork_contract::Progress;

/// What can show progress. `now` is the time since the beginning.
pub(super) trait Screen {
    /// A component reported a step.
    fn show(&mut self, progress: Progress, now: Duration);
    /// Time went by.
    fn tick(&mut self, now: Duration);
    /// Nothing more will come.
    fn end(&mut self);
}

/// `duration` as a person reads it: tenths of a second while they matter.
pub(super) fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(10) {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} s", duration.as_secs())
    }
}
