//! Why a condition does not hold, and what becomes of a wait that ends without it.

use std::{fmt::Display, time::Duration};

/// The condition did not come true in time.
#[derive(Debug, thiserror::Error)]
#[error("{what} took longer than {:.1} s: {missing}", .waited.as_secs_f64())]
pub struct TimedOut<M = String> {
    /// What was waited for.
    pub what: String,
    /// How long it was really waited for.
    pub waited: Duration,
    /// What the last look missed.
    pub missing: M,
}

/// What a condition fails with while it does not hold: anything with words, which say what is
/// missing; or [`Not`].
pub trait Unmet {
    /// What is missing.
    type Missing;
    /// What a wait for the condition fails with.
    type Error: From<TimedOut<Self::Missing>>;

    /// What is missing.
    ///
    /// # Errors
    /// When the condition will not come true.
    fn missing(self) -> Result<Self::Missing, Self::Error>;
}

impl<M: Display> Unmet for M {
    type Missing = M;
    type Error = TimedOut<M>;

    fn missing(self) -> Result<M, TimedOut<M>> {
        Ok(self)
    }
}

/// A condition that does not hold: for now, or for good.
#[derive(Debug)]
pub enum Not<E> {
    /// So much is still missing.
    Yet(String),
    /// It cannot come true, and the wait ends.
    Ever(E),
}

impl<E> Not<E> {
    /// `missing` is still missing.
    pub fn yet(missing: impl Into<String>) -> Self {
        Self::Yet(missing.into())
    }
}

/// So that `?` in a condition ends the wait.
impl<E> From<E> for Not<E> {
    fn from(error: E) -> Self {
        Self::Ever(error)
    }
}

impl<E: From<TimedOut>> Unmet for Not<E> {
    type Missing = String;
    type Error = E;

    fn missing(self) -> Result<String, E> {
        match self {
            Self::Yet(missing) => Ok(missing),
            Self::Ever(error) => Err(error),
        }
    }
}
