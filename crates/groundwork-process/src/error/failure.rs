//! The end of a program that could not do its work: words, remedy and exit code.

use std::{
    error::Error,
    io::{self, Write as _},
    process::ExitCode,
};

use super::{
    exit::Exit,
    remedy::{Ask, Remedy, ask},
};

/// Why a program ends without having done its work.
///
/// Made at the program's edge, either of words or of an error that comes from below. As an error of
/// its own it keeps its remedy and its exit code under whatever context it is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    /// What the message comes from, the nearest first.
    causes: Vec<String>,
    hint: Option<String>,
    exit: Exit,
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

    /// `error` with its causes. Remedy and exit code are those of the outermost cause that has one
    /// and that one of `asked` knows, or that is a [`Failure`] itself.
    pub fn of(error: &(dyn Error + 'static), asked: &[Ask]) -> Self {
        let chain = || std::iter::successors(Some(error), |&error| error.source());
        let advice: Vec<_> = chain()
            .filter_map(|cause| {
                let mut all = [ask::<Self> as Ask]
                    .into_iter()
                    .chain(asked.iter().copied());
                all.find_map(|ask| ask(cause))
            })
            .collect();
        let exit = advice.iter().find_map(|advice| advice.exit);
        Self {
            message: error.to_string(),
            causes: chain().skip(1).map(ToString::to_string).collect(),
            hint: advice.into_iter().find_map(|advice| advice.hint),
            exit: exit.unwrap_or(Exit::Failed),
        }
    }

    /// The same failure with its remedy.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit code that it means.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// As a person at a terminal reads it: each cause on a line of its own, and then the remedy.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = format!("error: {}", self.message);
        let mut above = &self.message;
        for cause in &self.causes {
            // A transparent error says its source's words; they need not be said twice.
            if !above.contains(cause) {
                text += &format!("\n  because: {}", cause.replace('\n', "\n    "));
            }
            above = cause;
        }
        text + &self.hint_line()
    }

    /// As a log has it: the message with its causes on one line, as [`chain`](super::chain()) says it,
    /// and then the remedy.
    #[must_use]
    pub fn line(&self) -> String {
        let mut text = format!("error: {}", self.message);
        for cause in &self.causes {
            if !text.contains(cause) {
                text += &format!(": {cause}");
            }
        }
        text + &self.hint_line()
    }

    /// Ends a program whose standard error is a log.
    pub fn end(&self) -> ExitCode {
        // With standard error closed, there is no place left to report to.
        let _ = writeln!(io::stderr(), "{}", self.line());
        self.exit.into()
    }

    fn hint_line(&self) -> String {
        let hint = self.hint.as_ref();
        hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"))
    }

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            causes: vec![],
            hint: None,
            exit,
        }
    }
}

impl Remedy for Failure {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    fn exit(&self) -> Option<Exit> {
        Some(self.exit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Context(&'static str, #[source] Box<dyn Error>);

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is full")]
    struct Full;

    impl Remedy for Full {
        fn hint(&self) -> Option<String> {
            Some("make room".into())
        }

        fn exit(&self) -> Option<Exit> {
            Some(Exit::Machine)
        }
    }

    fn under_context(error: impl Error + 'static) -> Context {
        Context("up cannot begin", Box::new(error))
    }

    #[test]
    fn a_failure_keeps_its_exit_code_and_hint_under_more_context() {
        let inner = Failure::machine("no memory").hint("close something");
        let failure = Failure::of(&under_context(inner), &[]);
        assert_eq!(failure.exit(), Exit::Machine);
        assert_eq!(failure.remedy(), Some("close something"));
    }

    #[test]
    fn an_error_of_a_kind_that_is_asked_tells_its_remedy_and_exit_code() {
        let failure = Failure::of(&under_context(Full), &[ask::<Full>]);
        assert_eq!(
            failure.lines(),
            "error: up cannot begin\n  because: the disk is full\nhint: make room"
        );
        assert_eq!(failure.exit(), Exit::Machine);
        let unknown = Failure::of(&under_context(Full), &[]);
        assert_eq!((unknown.remedy(), unknown.exit()), (None, Exit::Failed));
    }

    #[test]
    fn a_log_has_an_error_and_its_causes_on_one_line() {
        let nested = Context("cannot open the lock", Box::new(Full));
        let failure = Failure::of(&under_context(nested), &[ask::<Full>]);
        assert_eq!(
            failure.line(),
            "error: up cannot begin: cannot open the lock: the disk is full\nhint: make room"
        );
    }

    #[test]
    fn a_cause_that_was_said_already_is_not_said_again() {
        let failure = Failure::of(&Context("no room: the disk is full", Box::new(Full)), &[]);
        assert_eq!(failure.line(), "error: no room: the disk is full");
        assert_eq!(failure.lines(), failure.line());
    }

    #[test]
    fn a_cause_of_several_lines_stays_below_its_own() {
        let list = Failure::stack("two are missing\na\nb");
        assert_eq!(
            Failure::of(&under_context(list), &[]).lines(),
            "error: up cannot begin\n  because: two are missing\n    a\n    b"
        );
    }
}
