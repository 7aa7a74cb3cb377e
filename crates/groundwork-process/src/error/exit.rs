//! How a program ends, as its caller sees it.

use std::process::ExitCode;

/// How a program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// The stack or a check failed.
    Failed = 1,
    /// It was asked for something that makes no sense.
    WrongUse = 2,
    /// This machine cannot do it.
    Machine = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
