//! What a failure means for whoever called: the exit code and the remedy.
//!
//! The library crates say what failed; this module turns that into the command line's contract.

use std::process::ExitCode;

/// How a command ends.
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

/// A failure that the command line itself finds.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// The stack or a check failed.
    pub fn stack(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// The command makes no sense as it was given.
    pub fn wrong_use(message: impl Into<String>) -> Self {
        Self::new(Exit::WrongUse, message)
    }

    /// The machine lacks something.
    pub fn machine(message: impl Into<String>) -> Self {
        Self::new(Exit::Machine, message)
    }

    /// The same failure with its remedy.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }
}

/// The exit code of a command that ended with `error`.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let told = error.chain().find_map(|cause| {
        let secret = cause.downcast_ref::<groundwork_secrets::store::Error>();
        let wrong = secret.filter(|error| error.is_wrong_use());
        let failure = cause.downcast_ref::<Failure>();
        failure
            .map(|failure| failure.exit)
            .or(wrong.map(|_| Exit::WrongUse))
    });
    told.unwrap_or(Exit::Failed)
}

/// The remedy that the outermost cause with one offers.
pub fn hint_of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        None.or_else(|| cause.downcast_ref::<Failure>()?.hint.clone())
            .or_else(|| cause.downcast_ref::<groundwork_node::Error>()?.hint())
            .or_else(|| cause.downcast_ref::<groundwork_apply::Error>()?.hint())
            .or_else(|| cause.downcast_ref::<groundwork_events::Error>()?.hint())
            .or_else(|| {
                cause
                    .downcast_ref::<groundwork_secrets::store::Error>()?
                    .hint()
            })
            .or_else(|| {
                cause
                    .downcast_ref::<groundwork_process::exec::Error>()?
                    .hint()
            })
            .or_else(|| cause.downcast_ref().map(hint_of_stack))
    })
}

fn hint_of_stack(_: &groundwork_stack::Error) -> String {
    "build the stack of this launcher's release (nix build .#stack) and name it with --stack FILE"
        .into()
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn a_failure_keeps_its_exit_code_and_hint_under_more_context() {
        let error = Err::<(), _>(Failure::machine("no memory").hint("close something"))
            .context("up cannot begin")
            .unwrap_err();
        assert_eq!(exit_of(&error), Exit::Machine);
        assert_eq!(hint_of(&error).as_deref(), Some("close something"));
    }

    #[test]
    fn any_other_error_is_a_failure_of_the_stack() {
        assert_eq!(exit_of(&anyhow!("etcd ended")), Exit::Failed);
    }
}
