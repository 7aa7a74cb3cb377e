//! What is known and taken all the same: each with a reason, and until a day.

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use crate::{Error, sources};

/// A file of exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    #[serde(default, rename = "exception")]
    all: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The advisory.
    id: String,
    /// The package URL of the one part for which it holds; another version of it is another part.
    part: String,
    /// Why it does no harm here.
    reason: String,
    /// The last day on which it holds.
    until: Date,
}

impl Exceptions {
    /// Reads a file in TOML.
    ///
    /// # Errors
    /// When it cannot be read or is none.
    pub fn read(path: &Path) -> Result<Self, Error> {
        toml::from_str(&sources::text(path)?).map_err(Error::toml(path))
    }

    /// The reason for which an advisory is taken today.
    pub(super) fn of(&self, id: &str, part: &str, today: Date) -> Option<String> {
        let mut all = self.all.iter();
        let own = all.find(|it| it.id == id && it.part == part && it.until >= today);
        own.map(|it| it.reason.clone())
    }
}
