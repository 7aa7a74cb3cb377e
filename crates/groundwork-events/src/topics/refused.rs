//! The rules that a file of topics breaks, each with its line.

use std::{fmt, path::PathBuf};

/// What the declared topics break, all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The file that declares them.
    pub file: PathBuf,
    /// At least one broken rule, in the order of lines.
    pub broken: Vec<Broken>,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// Line in the file, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl Broken {
    pub(crate) fn new(line: usize, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { line, reason }
    }
}

impl Refused {
    /// `Ok` when nothing is broken.
    pub(crate) fn unless_empty(
        file: &std::path::Path,
        mut broken: Vec<Broken>,
    ) -> Result<(), Self> {
        if broken.is_empty() {
            return Ok(());
        }
        broken.sort();
        Err(Self {
            file: file.into(),
            broken,
        })
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let file = self.file.display();
        Some(format!("correct {file}: no topic was touched"))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Broken { line, reason }) in self.broken.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            let file = self.file.display();
            match line {
                0 => write!(f, "{separator}{file}: {reason}")?,
                line => write!(f, "{separator}{file}:{line}: {reason}")?,
            }
        }
        Ok(())
    }
}
