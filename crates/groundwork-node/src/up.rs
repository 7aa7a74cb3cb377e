//! Brings a node up.

use groundwork_contract::Report;

use crate::{
    error::Error,
    node::Node,
    plan, state,
    supervisor::protocol::{Request, ask},
};

impl Node {
    /// Does what is left to do until the supervisor runs the processes of this stack. They may still
    /// be starting when it returns.
    ///
    /// # Errors
    /// The step that failed, naming what refused. What was done stays, and `up` goes on from there.
    pub fn up(&self, report: &Report) -> Result<(), Error> {
        plan::execute(self, report)?;
        state::write(&self.state.wanted(), "")?;
        // Also when there was nothing to do: an earlier run may have been cut off after it wrote what shall run
        // and before it said so.
        let told = ask(&self.state, &Request::Apply);
        told.map(drop)
            .map_err(|source| Error::Supervisor { source })
    }
}
