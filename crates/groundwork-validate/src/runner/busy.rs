//! Whether something else kept the machine busy meanwhile: then a time says nothing of the stack.

use std::time::{Duration, Instant};

use groundwork_node::ProcessorTime;

/// The share of all processors that others may take before no time is judged. A desktop at rest and a
/// browser take a few hundredths; one busy processor of two is half.
const OTHERS: f64 = 0.25;

/// Measures who uses the processors from its start.
pub(crate) struct Stopwatch {
    started: Instant,
    used: Option<ProcessorTime>,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            used: ProcessorTime::now(),
        }
    }

    /// What others used since the start, in words, when it was much and the kernel counts it.
    pub(crate) fn others(&self) -> Option<String> {
        let (before, now) = (self.used.as_ref()?, ProcessorTime::now()?);
        let processors = std::thread::available_parallelism().ok()?.get();
        let share = share(before, &now, self.started.elapsed() * processors as u32);
        (share > OTHERS).then(|| {
            format!(
                "other programs took {:.0} % of the processors' time",
                share * 100.0
            )
        })
    }
}

/// The share of `whole` that others have used between two looks.
fn share(before: &ProcessorTime, now: &ProcessorTime, whole: Duration) -> f64 {
    let all = now.all.saturating_sub(before.all);
    let ours = now.ours.saturating_sub(before.ours);
    all.saturating_sub(ours).as_secs_f64() / whole.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_stack_and_the_checks_use_is_not_what_others_use() {
        let used = |all, ours| ProcessorTime {
            all: Duration::from_secs(all),
            ours: Duration::from_secs(ours),
        };
        let whole = Duration::from_secs(20);
        assert_eq!(share(&used(100, 40), &used(118, 58), whole), 0.0);
        assert_eq!(share(&used(100, 40), &used(118, 48), whole), 0.5);
        // A stack that was made anew counts from zero.
        assert_eq!(share(&used(100, 40), &used(110, 5), whole), 0.5);
    }
}
