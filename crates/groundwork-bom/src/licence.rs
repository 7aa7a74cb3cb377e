//! What is known of a part's licence: an SPDX expression where its maker states one or its text is that of one.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use spdx::{
    Expression,
    detection::{Store, TextData, scan::Scanner},
};

use crate::Error;

/// What is known of a part's licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licences {
    /// An SPDX expression that its maker states.
    Declared(String),
    /// An SPDX expression of all licences whose texts it carries.
    Found(String),
    /// Names that its maker gives, which are none of SPDX'.
    Named(Vec<String>),
    /// Nothing.
    Unknown,
}

/// How alike a text must be, from 0 to 1: what askalono, from which the comparison is, takes for the same.
const ALIKE: f32 = 0.9;

static KNOWN: LazyLock<Store> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a part of this program")]
    Store::load_inline().expect("the texts of SPDX' licences are in this program")
});

impl Licences {
    /// What a maker states in a field: `MIT OR Apache-2.0`, and older forms like `MIT/Apache-2.0`.
    #[must_use]
    pub fn stated(text: &str) -> Self {
        let text = text.trim();
        let canonical = || {
            let corrected = Expression::canonicalize(text).ok()?;
            let expression = corrected.unwrap_or_else(|| text.to_owned());
            Expression::parse(&expression).ok()?;
            Some(expression)
        };
        match canonical() {
            Some(expression) => Self::Declared(expression),
            None if text.is_empty() => Self::Unknown,
            None => Self::Named(vec![text.to_owned()]),
        }
    }

    /// What names, each of which may be one of SPDX', say together.
    #[must_use]
    pub fn named(names: impl IntoIterator<Item = String>) -> Self {
        let names: BTreeSet<String> = names.into_iter().collect();
        let names: Vec<String> = names.into_iter().collect();
        match &names[..] {
            [] => Self::Unknown,
            [one] => Self::stated(one),
            _ => Self::Named(names),
        }
    }

    /// What the texts in a folder are: the files of licences beside each other, not those in folders below.
    ///
    /// # Errors
    /// When the folder or a file cannot be read. One that is not there has nothing.
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        if !folder.is_dir() {
            return Ok(Self::Unknown);
        }
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
            let path = entry.map_err(Error::io("read", folder))?.path();
            if path.is_file() {
                let text = fs::read(&path).map_err(Error::io("read", &path))?;
                found.extend(Self::of_text(&String::from_utf8_lossy(&text)));
            }
        }
        match found.is_empty() {
            true => Ok(Self::Unknown),
            false => Ok(Self::Found(Vec::from_iter(found).join(" AND "))),
        }
    }

    /// The licences whose texts are in one text.
    fn of_text(text: &str) -> BTreeSet<String> {
        let scanner = Scanner::new(&KNOWN)
            .confidence_threshold(ALIKE)
            .optimize(true);
        let scan = scanner.scan(&TextData::new(text));
        let within = scan.containing.iter().map(|found| &found.license);
        let all = scan.license.iter().chain(within);
        all.map(|licence| licence.name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_maker_states_becomes_an_expression_where_it_is_one() {
        let declared = |text: &str| Licences::Declared(text.into());
        assert_eq!(Licences::stated("MIT"), declared("MIT"));
        assert_eq!(
            Licences::stated("MIT/Apache-2.0"),
            declared("MIT OR Apache-2.0")
        );
        assert_eq!(
            Licences::stated("(MIT OR Apache-2.0) AND Unicode-3.0"),
            declared("(MIT OR Apache-2.0) AND Unicode-3.0")
        );
        assert_eq!(
            Licences::stated("see the file"),
            Licences::Named(vec!["see the file".into()])
        );
        assert_eq!(Licences::stated(" "), Licences::Unknown);
    }

    #[test]
    fn a_text_is_known_by_its_likeness() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            Licences::in_folder(folder.path()).unwrap(),
            Licences::Unknown
        );
        let text = "Permission to use, copy, modify, and/or distribute this software for any purpose with or without \
            fee is hereby granted, provided that the above copyright notice and this permission notice appear in all \
            copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS \
            SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE \
            LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM \
            LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING \
            OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n";
        fs::write(
            folder.path().join("LICENSE"),
            format!("ISC License\n\nCopyright (c) 2026 Somebody\n\n{text}"),
        )
        .unwrap();
        fs::write(folder.path().join("NOTICE"), "Thanks to all.\n").unwrap();
        assert_eq!(
            Licences::in_folder(folder.path()).unwrap(),
            Licences::Found("ISC".into())
        );
    }
}
