//! What an error of any crate means for the caller: its remedy and the exit code.

use std::error::Error;

use groundwork_process::error::{Advice, Ask, ask};
pub use groundwork_process::error::{Exit, Failure};

/// The kinds of errors that know a remedy.
const ASKED: [Ask; 7] = [
    ask::<groundwork_node::Error>,
    ask::<groundwork_apply::Error>,
    ask::<groundwork_events::Error>,
    ask::<groundwork_registry::Error>,
    ask::<groundwork_secrets::store::Error>,
    ask::<groundwork_process::exec::Error>,
    ask_stack,
];

/// What a command that ended with `error` says, and its exit code.
pub fn of(error: &anyhow::Error) -> Failure {
    let error: &(dyn Error + Send + Sync + 'static) = error.as_ref();
    Failure::of(error, &ASKED)
}

fn ask_stack(error: &(dyn Error + 'static)) -> Option<Advice> {
    error.downcast_ref::<groundwork_contract::Error>()?;
    let hint = "build the stack of this launcher's release (nix build .#stack) and name it with --stack FILE";
    Some(Advice {
        hint: Some(hint.into()),
        exit: None,
    })
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
        let failure = of(&error);
        assert_eq!(failure.exit(), Exit::Machine);
        assert_eq!(failure.remedy(), Some("close something"));
        let alone = of(&Failure::wrong_use("what?").into());
        assert_eq!(alone.exit(), Exit::WrongUse);
    }

    #[test]
    fn an_error_of_a_crate_below_keeps_its_remedy_under_more_context() {
        let error = groundwork_process::exec::Command::new("/no/such/program").run();
        let failure = of(&error.context("up cannot begin").unwrap_err());
        assert!(failure.remedy().unwrap().contains("is missing"));
    }

    #[test]
    fn any_other_error_is_a_failure_of_the_stack() {
        assert_eq!(of(&anyhow!("etcd ended")).exit(), Exit::Failed);
    }
}
