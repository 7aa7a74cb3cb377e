//! The receipt: which steps have been begun, with what undoing them needs.

use std::path::PathBuf;

use super::Step;
use crate::{
    error::Error,
    state::{self, StateDir},
};

/// The steps that have been begun, in order.
pub struct Receipt {
    path: PathBuf,
    steps: Vec<Step>,
}

impl Receipt {
    /// Reads the receipt of `state`; an empty one when there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not one.
    pub fn open(state: &StateDir) -> Result<Self, Error> {
        let path = state.receipt();
        let steps = state::read_json(&path)?.unwrap_or_default();
        Ok(Self { path, steps })
    }

    /// The earlier record of the same kind of step.
    pub fn find(&self, step: &Step) -> Option<&Step> {
        self.steps.iter().find(|earlier| earlier.is_same_kind(step))
    }

    /// Writes `step` down, in place of an earlier record of its kind.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn record(&mut self, step: Step) -> Result<(), Error> {
        let position = self
            .steps
            .iter()
            .position(|earlier| earlier.is_same_kind(&step));
        match position.and_then(|index| self.steps.get_mut(index)) {
            Some(earlier) if *earlier == step => return Ok(()),
            Some(earlier) => *earlier = step,
            None => self.steps.push(step),
        }
        if let Some(folder) = self.path.parent() {
            state::create_dir(folder)?;
        }
        state::write_json(&self.path, &self.steps)
    }

    /// The steps, in the order in which they were begun.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fallback;

    #[test]
    fn a_step_is_on_disk_as_soon_as_it_is_recorded_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        let mut receipt = Receipt::open(&state).unwrap();
        for step in fallback().into_iter().chain(fallback()) {
            receipt.record(step).unwrap();
        }
        assert_eq!(Receipt::open(&state).unwrap().into_steps(), fallback());
    }

    #[test]
    fn a_damaged_receipt_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        state::write(&state.receipt(), "{").unwrap();
        assert!(matches!(Receipt::open(&state), Err(Error::Damaged { .. })));
    }
}
