//! The one way to wait: for a condition, with a deadline, saying what is missing.
//!
//! A deadline is meant for an ordinary machine. Once it is reached, a slow machine is given as much
//! longer as it is slower; an ordinary wait costs nothing.
//!
//! ```
//! # use std::time::Duration;
//! # use groundwork_process::wait::Wait;
//! let mut looks = 0;
//! let found = Wait::new("the third look", Duration::from_secs(5))
//!     .every(Duration::from_millis(1))
//!     .until(|| {
//!         looks += 1;
//!         (looks == 3).then_some(looks).ok_or("it is still to come")
//!     })
//!     .block();
//! assert_eq!(found.unwrap(), 3);
//! ```

mod backoff;
mod course;
mod slowness;
mod unmet;
mod within;

use std::{thread, time::Duration};

pub use backoff::Backoff;
use course::Course;
pub use slowness::{Longer, is_over, longer};
use tokio::time;
pub use unmet::{Not, TimedOut, Unmet};
pub use within::{Late, over, within};

/// Between two looks, unless a wait says otherwise.
const PAUSE: Duration = Duration::from_millis(100);

/// A wait that has not begun.
#[derive(Debug, Clone)]
#[must_use = "it waits when it is given a condition"]
pub struct Wait {
    what: String,
    course: Course,
}

impl Wait {
    /// For `what`, which an ordinary machine has within `deadline`. The first look is at once, and
    /// one follows every 100 ms.
    pub fn new(what: impl Into<String>, deadline: Duration) -> Self {
        Self {
            what: what.into(),
            course: Course::new(deadline, longer, Backoff::steady(PAUSE)),
        }
    }

    /// Pauses so long between two looks.
    pub fn every(self, pause: Duration) -> Self {
        self.pacing(Backoff::steady(pause))
    }

    /// Pauses between two looks as `backoff` says.
    pub fn pacing(mut self, backoff: Backoff) -> Self {
        self.course.pace = backoff;
        self
    }

    /// Has the same deadline on every machine: for a wait that usually runs out, or whose length was promised.
    pub fn exactly(mut self) -> Self {
        self.course.longer = |deadline| deadline;
        self
    }

    /// Looks at `condition` until it succeeds with a value. Its error is what is still missing, or
    /// [`Not`], which also tells a failure that ends the wait.
    pub fn until<C>(self, condition: C) -> Until<C> {
        Until {
            wait: self,
            condition,
        }
    }

    /// How long to pause after a look that ended `waited` after the start.
    fn pause<U: Unmet>(&mut self, unmet: U, waited: Duration) -> Result<Duration, U::Error> {
        let missing = unmet.missing()?;
        self.course.pause(waited).ok_or_else(|| {
            U::Error::from(TimedOut {
                what: std::mem::take(&mut self.what),
                waited,
                missing,
            })
        })
    }
}

/// A wait for a condition, still to be carried out: by [`block`](Self::block) where the condition is
/// a closure, by [`done`](Self::done) where it is an async one.
#[derive(Debug)]
#[must_use = "it waits in `block()` or in `done().await`"]
pub struct Until<C> {
    wait: Wait,
    condition: C,
}

impl<C> Until<C> {
    /// Waits in this thread.
    ///
    /// # Errors
    /// [`TimedOut`] with what the last look missed, when the deadline has passed; the failure that a
    /// look ended with.
    #[expect(
        clippy::disallowed_methods,
        reason = "the pause between two looks of a bounded wait"
    )]
    pub fn block<T, U: Unmet>(mut self) -> Result<T, U::Error>
    where
        C: FnMut() -> Result<T, U>,
    {
        let started = std::time::Instant::now();
        loop {
            match (self.condition)() {
                Ok(value) => return Ok(value),
                Err(unmet) => thread::sleep(self.wait.pause(unmet, started.elapsed())?),
            }
        }
    }

    /// Waits in this task.
    ///
    /// NB: a future is [`Send`] when the condition owns what it uses (`async move ||`).
    ///
    /// # Errors
    /// As [`block`](Self::block).
    #[expect(
        clippy::disallowed_methods,
        reason = "the pause between two looks of a bounded wait"
    )]
    pub async fn done<T, U: Unmet>(mut self) -> Result<T, U::Error>
    where
        C: AsyncFnMut() -> Result<T, U>,
    {
        let started = time::Instant::now();
        loop {
            match (self.condition)().await {
                Ok(value) => return Ok(value),
                Err(unmet) => time::sleep(self.wait.pause(unmet, started.elapsed())?).await,
            }
        }
    }
}

#[cfg(test)]
mod tests;
