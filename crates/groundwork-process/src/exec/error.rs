//! Why a command failed, in a form that a person can act on.

use std::{io, process::ExitStatus};

use crate::error::{Remedy, indented};

/// How much of a failed command's standard error is kept, in lines.
const STDERR_LINES: usize = 20;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program could not be started, or its input or output could not be moved.
    #[error("cannot run: {line}")]
    Start {
        /// The command as a shell would take it.
        line: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The program ended with another status than 0.
    #[error("{status}: {line}{}", indented(stderr.lines()))]
    Status {
        /// The command as a shell would take it.
        line: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
}

impl Remedy for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Start { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("the program is missing: build the stack again, or install it".into())
            }
            Self::Start { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("run it as root".into())
            }
            _ => None,
        }
    }
}

/// The last lines of `text`, without colour or trailing space.
pub(crate) fn tail(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(STDERR_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_long_output_is_kept() {
        let lines: Vec<_> = (0..100).map(|n| format!("line {n}")).collect();
        let kept = tail(lines.join("\n").as_bytes());
        assert!(kept.starts_with("line 80"), "{kept}");
        assert!(kept.ends_with("line 99"), "{kept}");
    }
}
