//! Templates: real services, of which a new one is a copy under another name, without what was not wanted.
//!
//! A feature's lines stand between comments: `# [kafka]` and `# [/kafka]`, or with `//`, `--` or `<!--`. A file of
//! which nothing is left is left out.

use std::{
    fs,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// The word in every template that a new service's name takes the place of.
const TOKEN: &str = "template-service";

/// What a service can have or leave out.
pub const FEATURES: [&str; 2] = ["database", "kafka"];

/// Writes the service `name` into the empty folder `to`, from the template `from`, without the features `without`.
///
/// # Errors
/// When a file cannot be read or written, or a template's marks do not fit together.
pub fn render(from: &Path, to: &Path, name: &str, without: &[String]) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read the template {}", from.display());
    for entry in fs::read_dir(from).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let path = entry.path();
        let target = to.join(entry.file_name().to_string_lossy().replace(TOKEN, name));
        let unwritten = || format!("cannot write {}", target.display());
        if path.is_dir() {
            fs::create_dir(&target).with_context(unwritten)?;
            render(&path, &target, name, without)?;
            // A folder of a feature that was left out.
            if fs::read_dir(&target)
                .with_context(unwritten)?
                .next()
                .is_none()
            {
                fs::remove_dir(&target).with_context(unwritten)?;
            }
            continue;
        }
        let text = fs::read_to_string(&path).with_context(unreadable)?;
        let Some(text) = kept(&text, without).with_context(|| path.display().to_string())? else {
            continue;
        };
        // Files of the store may not be written; only whether they can be run counts.
        let executable = fs::metadata(&path)
            .with_context(unreadable)?
            .permissions()
            .mode()
            & 0o111;
        write(&target, &text.replace(TOKEN, name), 0o644 | executable).with_context(unwritten)?;
    }
    Ok(())
}

fn write(path: &PathBuf, text: &str, mode: u32) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}

/// `text` without its marks and without the lines of features that were not wanted; `None` when nothing else is in it.
fn kept(text: &str, without: &[String]) -> anyhow::Result<Option<String>> {
    let mut open: Vec<&str> = vec![];
    let mut dropped = false;
    let mut result = String::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let number = number + 1;
        match mark(line) {
            Some(Mark::Begin(feature)) => {
                drop_empty_lines(&mut result);
                open.push(feature);
            }
            Some(Mark::End(feature)) => match open.pop() {
                Some(begun) if begun == feature => drop_empty_lines(&mut result),
                _ => bail!("line {number}: [/{feature}] ends what has not begun"),
            },
            None if open.iter().any(|it| without.iter().any(|not| not == it)) => dropped = true,
            None => result.push_str(line),
        }
    }
    if let Some(feature) = open.pop() {
        bail!("[{feature}] has no end");
    }
    Ok((!dropped || !result.trim().is_empty()).then_some(result))
}

/// A mark goes with the empty lines before it: formatters want them there.
fn drop_empty_lines(text: &mut String) {
    while text.ends_with("\n\n") {
        text.pop();
    }
}

enum Mark<'a> {
    Begin(&'a str),
    End(&'a str),
}

/// What mark the line is, if it is one: a comment with nothing but a feature in brackets.
fn mark(line: &str) -> Option<Mark<'_>> {
    let line = line.trim();
    let comment = ["#", "//", "--", "<!--"]
        .iter()
        .find_map(|it| line.strip_prefix(it))?;
    let word = comment.trim_end_matches("-->").trim();
    let word = word.strip_prefix('[')?.strip_suffix(']')?;
    let known = |word: &str| FEATURES.contains(&word);
    match word.strip_prefix('/') {
        Some(word) => known(word).then_some(Mark::End(word)),
        None => known(word).then_some(Mark::Begin(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "one\n# [kafka]\ntwo\n    # [database]\n    three\n    # [/database]\n# [/kafka]\nfour\n";

    fn without(features: &[&str]) -> Option<String> {
        let features: Vec<_> = features.iter().map(ToString::to_string).collect();
        kept(TEXT, &features).unwrap()
    }

    #[test]
    fn marks_go_and_the_lines_of_wanted_features_stay() {
        assert_eq!(without(&[]).unwrap(), "one\ntwo\n    three\nfour\n");
        assert_eq!(without(&["database"]).unwrap(), "one\ntwo\nfour\n");
        assert_eq!(without(&["kafka"]).unwrap(), "one\nfour\n");
    }

    #[test]
    fn a_mark_goes_with_the_empty_lines_before_it() {
        let text = "import a\n\n# [kafka]\nimport b\n\n# [/kafka]\nimport c\n\n\nx = 1\n";
        let whole = kept(text, &[]).unwrap().unwrap();
        assert_eq!(whole, "import a\nimport b\nimport c\n\n\nx = 1\n");
        let lean = kept(text, &["kafka".to_owned()]).unwrap().unwrap();
        assert_eq!(lean, "import a\nimport c\n\n\nx = 1\n");
    }

    #[test]
    fn a_file_of_a_feature_alone_goes_with_it_and_an_empty_one_stays() {
        let not = ["kafka".to_owned()];
        assert_eq!(kept("// [kafka]\nx\n// [/kafka]\n", &not).unwrap(), None);
        assert_eq!(
            kept("<!-- [kafka] -->\nx\n<!-- [/kafka] -->\n", &not).unwrap(),
            None
        );
        assert_eq!(kept("", &not).unwrap().unwrap(), "");
    }

    #[test]
    fn a_list_in_brackets_is_no_mark() {
        for line in ["# [tool]", "x = [kafka]", "[kafka]", "# see [kafka] there"] {
            assert_eq!(kept(line, &[]).unwrap().unwrap(), line);
        }
    }

    #[test]
    fn marks_that_do_not_fit_together_are_told() {
        for text in [
            "# [kafka]\n",
            "# [/kafka]\n",
            "# [kafka]\n# [database]\n# [/kafka]\n",
        ] {
            kept(text, &[]).unwrap_err();
        }
    }

    #[test]
    fn a_service_has_its_name_in_files_and_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("events")).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("template-service.txt"), "the template-service\n").unwrap();
        fs::write(
            from.join("events/only.py"),
            "# [kafka]\nx = 1\n# [/kafka]\n",
        )
        .unwrap();
        fs::set_permissions(
            from.join("template-service.txt"),
            fs::Permissions::from_mode(0o555),
        )
        .unwrap();
        render(&from, &to, "orders", &["kafka".to_owned()]).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("orders.txt")).unwrap(),
            "the orders\n"
        );
        let mode = fs::metadata(to.join("orders.txt"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o700, 0o700);
        assert!(!to.join("events").exists());
    }
}
