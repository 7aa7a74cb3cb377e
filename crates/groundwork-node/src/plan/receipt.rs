//! The receipt: which steps have been begun, with what undoing them needs.

use super::step::Step;
use crate::{
    error::Error,
    state::{self, StateDir},
};

/// The steps that have been begun, in order.
pub struct Receipt {
    state: StateDir,
    steps: Vec<Step>,
}

impl Receipt {
    /// Reads the receipt of `state`, or its copy where it is lost; an empty one when there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not one and has no copy.
    pub fn open(state: &StateDir) -> Result<Self, Error> {
        // The copy is about the machine's own node: use it only if that is this one.
        let spare = || match state.is_owner() {
            Ok(true) => state::read_json(&state.receipt_copy()),
            other => other.map(|_| None),
        };
        let steps = match state::read_json(&state.receipt()) {
            Ok(None) => spare()?,
            Err(error) => Some(spare()?.ok_or(error)?),
            Ok(steps) => steps,
        };
        Ok(Self {
            state: state.clone(),
            steps: steps.unwrap_or_default(),
        })
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
        state::create_dir(self.state.root())?;
        state::write_json(&self.state.receipt(), &self.steps)?;
        // The copy begins with the claim: before it the machine is untouched.
        if self.state.is_owner()? {
            state::write_json(&self.state.receipt_copy(), &self.steps)?;
        }
        Ok(())
    }

    /// The steps, in the order in which they were begun.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_on_disk_as_soon_as_it_is_recorded_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        let mut receipt = Receipt::open(&state).unwrap();
        for step in Step::fallback().into_iter().chain(Step::fallback()) {
            receipt.record(step).unwrap();
        }
        assert_eq!(
            Receipt::open(&state).unwrap().into_steps(),
            Step::fallback()
        );
    }

    #[test]
    fn a_damaged_receipt_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        state::write(&state.receipt(), "{").unwrap();
        assert!(matches!(Receipt::open(&state), Err(Error::Damaged { .. })));
    }
}
