//! An error with its causes on one line.

use std::error::Error;

/// `error` with its causes on one line; words that stand in the line already are not said again, as
/// many libraries' errors repeat their cause's.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_is_in_the_message_already_is_not_repeated() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read a: gone")]
        struct Outer(#[source] std::io::Error);
        let gone = Outer(std::io::Error::other("gone"));
        assert_eq!(chain(&gone), "cannot read a: gone");
        let other = Outer(std::io::Error::other("broken"));
        assert_eq!(chain(&other), "cannot read a: gone: broken");
    }
}
