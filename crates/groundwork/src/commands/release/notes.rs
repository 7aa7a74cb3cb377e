//! A release's notes, in Markdown. Pure.

use std::collections::BTreeMap;

use super::hashes::Compared;

/// What they tell.
pub struct Notes<'a> {
    /// The release's tag.
    pub tag: &'a str,
    /// The tag of the release before, and what has been committed since: a line each, the newest first.
    pub since: Option<(&'a str, Vec<&'a str>)>,
    /// Each image with its digest.
    pub images: BTreeMap<String, String>,
    /// How many paths this builder has built.
    pub built: usize,
    /// How what others have built compares.
    pub compared: Vec<Compared<'a>>,
}

impl Notes<'_> {
    /// The whole text.
    pub fn text(&self) -> String {
        let mut text = format!("# Groundwork {}\n", self.tag);
        match &self.since {
            None => text += "\nThe first release.\n",
            Some((before, changes)) => {
                text += &format!("\n## Changes since {before}\n");
                changes.iter().for_each(|it| text += &format!("- {it}\n"));
            }
        }
        text += "\n## Images\n| image | digest |\n|---|---|\n";
        for (name, digest) in &self.images {
            text += &format!("| {name} | `{digest}` |\n");
        }
        text += &format!(
            "\n## Reproducible\n`hashes.json` has what the builder of this release has built: {} store paths, the launcher's whole closure \
             where nothing came from a cache.\n",
            self.built
        );
        if self.compared.is_empty() {
            text += "- No other builder was compared with it.\n";
        }
        for compared in &self.compared {
            let same = compared.both - compared.different.len();
            text += &format!(
                "- Another builder: {same} of {} are bit-identical.\n",
                compared.both
            );
            for path in &compared.different {
                text += &format!("  - differs: `{}`\n", path.display());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn they_name_changes_images_and_what_differs() {
        let different = PathBuf::from("/nix/store/a");
        let notes = Notes {
            tag: "v0.2.0",
            since: Some(("v0.1.0", vec!["One thing", "Another"])),
            images: BTreeMap::from([("hello".into(), "sha256:1".into())]),
            built: 44,
            compared: vec![Compared {
                both: 43,
                different: vec![&different],
            }],
        };
        let text = notes.text();
        for line in [
            "# Groundwork v0.2.0",
            "## Changes since v0.1.0",
            "- One thing",
            "| hello | `sha256:1` |",
            "- Another builder: 42 of 43 are bit-identical.",
            "  - differs: `/nix/store/a`",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
    }

    #[test]
    fn a_first_release_that_nobody_has_compared_says_so() {
        let notes = Notes {
            tag: "v0.1.0",
            since: None,
            images: BTreeMap::new(),
            built: 44,
            compared: vec![],
        };
        let text = notes.text();
        assert!(text.contains("The first release."), "{text}");
        assert!(text.contains("No other builder"), "{text}");
    }
}
