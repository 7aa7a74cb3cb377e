//! A newer template's changes, brought into a service by a three-way merge: what it was made of, what it is, and what would
//! be made of the newer one.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::{
    about::About,
    base::{Base, File},
    check::contents,
    template,
};

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is the template's, which is new or has changed.
    Taken,
    /// Both sides have changed it, in different places.
    Merged,
    /// Both sides have changed the same lines; it has markers.
    Conflict,
    /// The template has it no more.
    Removed,
    /// Left as it is, and why.
    Left(&'static str),
}

/// What an update has done.
#[derive(Debug, PartialEq, Eq)]
pub struct Updated {
    /// The template's version before and after.
    pub versions: (u32, u32),
    /// Each file that is not as before, or should not be, by its path in the service.
    pub files: Vec<(PathBuf, Change)>,
}

/// Brings the template's changes into the service in `folder`.
///
/// # Errors
/// When a file cannot be read or written, or the service has not kept what it was made of.
pub fn update(folder: &Path, templates: &Path) -> anyhow::Result<Updated> {
    let about = About::read(folder)?;
    let from = templates.join(about.kind.name);
    let newest = About::read(&from)
        .with_context(|| format!("there is no template '{}'", about.kind.name))?;
    let base = Base::read(folder)?;
    let fresh = tempfile::tempdir().context("cannot make a folder for the template")?;
    template::render(&from, fresh.path(), &about.name, &about.without())?;

    let theirs = contents(fresh.path())?;
    let paths: BTreeSet<_> = base.0.keys().chain(theirs.keys()).cloned().collect();
    let mut files = vec![];
    let mut writes = vec![];
    for path in paths {
        let place = folder.join(&path);
        let ours = fs::read(&place).ok();
        let theirs = theirs.get(&path);
        let side = |bytes: &[u8]| File::of(&path, bytes, about.kind);
        let (change, bytes) = merged(
            base.0.get(&path),
            ours.as_deref(),
            theirs.map(Vec::as_slice),
            side,
            path.starts_with(about.kind.managed),
        );
        if let Some(change) = change {
            files.push((path.clone(), change));
        }
        if bytes != ours {
            let mode = fs::metadata(fresh.path().join(&path)).map(|it| it.permissions());
            writes.push((place, bytes, mode.ok()));
        }
    }
    for (place, bytes, mode) in writes {
        let unwritten = || format!("cannot write {}", place.display());
        let Some(bytes) = bytes else {
            fs::remove_file(&place).with_context(unwritten)?;
            continue;
        };
        fs::create_dir_all(place.parent().context("a file has a folder")?)
            .with_context(unwritten)?;
        fs::write(&place, bytes).with_context(unwritten)?;
        if let Some(mode) = mode {
            fs::set_permissions(&place, mode).with_context(unwritten)?;
        }
    }
    // Last, so that an update that is cut off can be done again.
    Base::of(fresh.path(), about.kind)?.write(folder)?;
    Ok(Updated {
        versions: (about.template, newest.template),
        files,
    })
}

/// What becomes of a file, and its bytes then; none when it is not there.
fn merged(
    base: Option<&File>,
    ours: Option<&[u8]>,
    theirs: Option<&[u8]>,
    side: impl Fn(&[u8]) -> File,
    managed: bool,
) -> (Option<Change>, Option<Vec<u8>>) {
    let keep = ours.map(<[u8]>::to_vec);
    if ours == theirs {
        return (None, keep);
    }
    let is_base = |bytes: Option<&[u8]>| bytes.map(&side).as_ref() == base;
    // The template has not changed it.
    if is_base(theirs) && !managed {
        return (None, keep);
    }
    // The person has not changed it, or may not.
    if is_base(ours) || (managed && theirs.is_some()) {
        let change = match theirs {
            Some(_) => Change::Taken,
            None => Change::Removed,
        };
        return (Some(change), theirs.map(<[u8]>::to_vec));
    }
    let text = |bytes: Option<&[u8]>| match bytes.map(&side) {
        Some(File::Text(text)) => Some(text),
        _ => None,
    };
    let before = match base {
        Some(File::Text(text)) => text.clone(),
        _ => String::new(),
    };
    match (text(ours), text(theirs)) {
        (Some(ours), Some(theirs)) => match diffy::merge(&before, &ours, &theirs) {
            Ok(text) => (Some(Change::Merged), Some(text.into_bytes())),
            Err(text) => (Some(Change::Conflict), Some(text.into_bytes())),
        },
        _ => (Some(Change::Left(why_left(ours, theirs))), keep),
    }
}

/// Why nothing is put together of two sides that have both changed.
fn why_left(ours: Option<&[u8]>, theirs: Option<&[u8]>) -> &'static str {
    match (ours, theirs) {
        (_, None) => "the template has it no more, and it was changed",
        (None, _) => "it was removed, and the template has changed it",
        _ => "its own tool writes it: lock again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::kind::FASTAPI;

    /// A template of version `version`, with these files beside service.toml.
    fn template(desk: &Path, version: u32, files: &[(&str, &str)]) {
        let folder = desk.join("templates/fastapi");
        let _ = fs::remove_dir_all(&folder);
        let about = format!(
            "name = \"template-service\"\nkind = \"fastapi\"\nfeatures = []\ntemplate = {version}\n"
        );
        for (path, text) in files.iter().chain([&("service.toml", about.as_str())]) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// A service of the first `files`, changed by `change`, updated to those of `then`; and its folder.
    fn updated(
        files: &[(&str, &str)],
        change: impl FnOnce(&Path),
        then: &[(&str, &str)],
    ) -> (tempfile::TempDir, Vec<(String, Change)>) {
        let desk = tempfile::tempdir().unwrap();
        template(desk.path(), 1, files);
        let templates = desk.path().join("templates");
        let service = desk.path().join("orders");
        fs::create_dir(&service).unwrap();
        template::render(&templates.join("fastapi"), &service, "orders", &[]).unwrap();
        Base::of(&service, &FASTAPI)
            .unwrap()
            .write(&service)
            .unwrap();
        change(&service);
        template(desk.path(), 2, then);
        let done = update(&service, &templates).unwrap();
        assert_eq!(done.versions, (1, 2));
        assert_eq!(About::read(&service).unwrap().template, 2);
        // A second time there is nothing to do.
        let again = update(&service, &templates).unwrap();
        assert_eq!(again.versions, (2, 2));
        let files = done.files.into_iter();
        let files = files.map(|(path, change)| (path.display().to_string(), change));
        let files = files.filter(|(path, _)| path != "service.toml").collect();
        (desk, files)
    }

    fn text(desk: &tempfile::TempDir, path: &str) -> String {
        fs::read_to_string(desk.path().join("orders").join(path)).unwrap()
    }

    const BEFORE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

    #[test]
    fn what_a_person_left_alone_is_the_templates_and_what_both_changed_is_merged() {
        let (desk, files) = updated(
            &[("a.py", BEFORE), ("b.py", BEFORE), ("gone.py", "x\n")],
            |it| fs::write(it.join("b.py"), BEFORE.replace("one", "1")).unwrap(),
            &[
                ("a.py", "new\n"),
                ("b.py", &BEFORE.replace("seven", "7 of template-service")),
                ("c.py", "c\n"),
            ],
        );
        let expected = [
            ("a.py", Change::Taken),
            ("b.py", Change::Merged),
            ("c.py", Change::Taken),
            ("gone.py", Change::Removed),
        ];
        assert_eq!(
            files,
            expected.map(|(path, change)| (path.to_owned(), change))
        );
        assert_eq!(
            text(&desk, "b.py"),
            "1\ntwo\nthree\nfour\nfive\nsix\n7 of orders\n"
        );
        assert!(!desk.path().join("orders/gone.py").exists());
    }

    #[test]
    fn the_same_lines_have_markers_and_nothing_of_either_side_is_lost() {
        let (desk, files) = updated(
            &[("a.py", BEFORE)],
            |it| fs::write(it.join("a.py"), BEFORE.replace("four", "mine")).unwrap(),
            &[("a.py", &BEFORE.replace("four", "theirs"))],
        );
        assert_eq!(files, [("a.py".to_owned(), Change::Conflict)]);
        let text = text(&desk, "a.py");
        for word in ["<<<<<<<", "mine", "theirs", ">>>>>>>"] {
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn managed_files_are_the_templates_and_locks_a_persons() {
        let (desk, files) = updated(
            &[
                ("src/platform/app.py", "1\n"),
                ("poetry.lock", "1\n"),
                ("b.py", "1\n"),
            ],
            |it| {
                fs::write(it.join("src/platform/app.py"), "mine\n").unwrap();
                fs::write(it.join("poetry.lock"), "mine\n").unwrap();
                fs::remove_file(it.join("b.py")).unwrap();
            },
            &[
                ("src/platform/app.py", "1\n"),
                ("poetry.lock", "2\n"),
                ("b.py", "2\n"),
            ],
        );
        let left = Change::Left;
        let expected = [
            (
                "b.py",
                left("it was removed, and the template has changed it"),
            ),
            ("poetry.lock", left("its own tool writes it: lock again")),
            ("src/platform/app.py", Change::Taken),
        ];
        assert_eq!(
            files,
            expected.map(|(path, change)| (path.to_owned(), change))
        );
        assert_eq!(text(&desk, "poetry.lock"), "mine\n");
        assert_eq!(text(&desk, "src/platform/app.py"), "1\n");
    }
}
