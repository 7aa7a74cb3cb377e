//! What an error knows beyond its words, found under any context that was added to it.

use std::error::Error;

use super::exit::Exit;

/// An error that knows what can be done about it.
pub trait Remedy: Error {
    /// What a person can do about it.
    fn hint(&self) -> Option<String>;

    /// How a program ends with it, where it is no plain failure.
    fn exit(&self) -> Option<Exit> {
        None
    }
}

/// What an error knows beyond its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// What a person can do about it.
    pub hint: Option<String>,
    /// How a program ends with it, where it is no plain failure.
    pub exit: Option<Exit>,
}

/// Asks an error of one kind what it knows; others have no answer.
pub type Ask = fn(&(dyn Error + 'static)) -> Option<Advice>;

/// Asks the errors of type `E`.
#[must_use]
pub fn ask<E: Remedy + 'static>(error: &(dyn Error + 'static)) -> Option<Advice> {
    let error = error.downcast_ref::<E>()?;
    Some(Advice {
        hint: error.hint(),
        exit: error.exit(),
    })
}
