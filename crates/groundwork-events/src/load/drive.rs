//! One run: the sending and the consuming side, each in a thread of its own.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    plan::{LoadPlan, Outcome},
    read::{NOT_KNOWN, Reader, Received},
    send::{Sender, Sent},
};
use crate::{Error, error::failed};

/// Runs `plan` on a topic that is new and empty. Blocks until it is done.
pub(super) fn drive(bootstrap: &str, plan: &LoadPlan) -> Result<Outcome, Error> {
    let action = || failed(format!("drive load through {}", plan.topic));
    let mut sender = Sender::open(bootstrap, plan).map_err(action())?;
    if !plan.is_read() {
        let sent = sender.send(plan, Instant::now()).map_err(action())?;
        let stored = Reader::stored(bootstrap, plan).map_err(action())?;
        let after = sent.messages.saturating_sub(sent.warm_up);
        let received = Received {
            messages: stored,
            duplicates: 0,
            counted: after.saturating_sub(sender.failures()),
            latency: None,
            until: sent.until,
        };
        return Ok(outcome(plan, sent, received, sender.failures()));
    }
    let reader = Reader::open(bootstrap, plan).map_err(action())?;
    let (clock, total) = (Instant::now(), AtomicU64::new(NOT_KNOWN));
    let (sent, received) = thread::scope(|scope| {
        let reading = scope.spawn(|| reader.read(plan, clock, &total));
        let sent = sender.send(plan, clock);
        // Also after a failure: the reader must not wait for records that will never come.
        total.store(
            sent.as_ref().map_or(0, |sent| sent.messages),
            Ordering::Relaxed,
        );
        (sent, reading.join())
    });
    let received = received.map_err(|_| Error::Thread("the load's reader panicked".into()))?;
    let (sent, received) = (sent.map_err(action())?, received.map_err(action())?);
    Ok(outcome(plan, sent, received, sender.failures()))
}

fn outcome(plan: &LoadPlan, sent: Sent, received: Received, send_errors: u64) -> Outcome {
    let seconds = received.until.saturating_sub(plan.warm_up).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate, not a count")]
    let counted = received.counted as f64;
    Outcome {
        sent: sent.messages,
        received: received.messages,
        lost: sent.messages.saturating_sub(received.messages),
        duplicates: received.duplicates,
        seconds,
        rate: if seconds > 0.0 {
            counted / seconds
        } else {
            0.0
        },
        latency: received.latency,
        driver_behind_ms: millis(sent.behind),
        send_errors,
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
