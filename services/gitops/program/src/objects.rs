//! The objects of a commit: what its kustomization renders, or else all YAML files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use groundwork_contract::Wave;
use groundwork_process::exec::{self, Command};

/// The names under which kustomize looks for a kustomization.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Why a commit has no objects that could be applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There is no such folder.
    #[error("the commit has no folder '{0}'")]
    NoFolder(PathBuf),
    /// Neither kustomization nor YAML.
    #[error("there is no object in it; what was applied before stays")]
    Empty,
    /// A document is something else.
    #[error("a document of it is no object")]
    Document(#[source] groundwork_apply::Error),
    /// kustomize refuses the folder.
    #[error("kustomize cannot render it")]
    Kustomize(#[source] exec::Error),
    /// A file cannot be read or written.
    #[error("cannot use {0}")]
    File(PathBuf, #[source] io::Error),
}

/// Writes the objects of `folder` below `root`, where a commit is checked out, into one file beside it, and says how many
/// there are.
pub(crate) fn rendered(root: &Path, folder: &Path) -> Result<(Wave, usize), Error> {
    let inside = root.join(folder);
    if !inside.is_dir() {
        return Err(Error::NoFolder(folder.into()));
    }
    let text = match KUSTOMIZATIONS
        .iter()
        .any(|name| inside.join(name).is_file())
    {
        true => Command::new("kustomize")
            .arg("build")
            .arg(&inside)
            .read()
            .map_err(Error::Kustomize)?,
        false => together(&inside)?,
    };
    // NB: an apply of nothing would delete all that was applied before.
    let count = groundwork_apply::objects(&text)
        .map_err(Error::Document)?
        .len();
    if count == 0 {
        return Err(Error::Empty);
    }
    let objects = root.with_extension("yaml");
    fs::write(&objects, text).map_err(|error| Error::File(objects.clone(), error))?;
    let wave = Wave {
        name: "repository".into(),
        objects,
        topics: None,
        secrets: None,
    };
    Ok((wave, count))
}

/// All YAML files of `folder` and those below it, in the order of their names, as one text of many documents.
fn together(folder: &Path) -> Result<String, Error> {
    let mut files = vec![];
    collect(folder, &mut files)?;
    files.sort();
    let mut text = String::new();
    for file in files {
        let more = fs::read_to_string(&file).map_err(|error| Error::File(file, error))?;
        text = format!("{text}---\n{}\n", more.trim_end());
    }
    Ok(text)
}

/// Adds the YAML files of `folder` and those below it. Hidden ones belong to other programs: workflows, settings.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error| Error::File(folder.into(), error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(unreadable)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let is_yaml = path
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml");
        match kind.is_dir() {
            true => collect(&path, files)?,
            false if is_yaml => files.push(path),
            false => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
    const B: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}";

    /// A checked-out commit with these files.
    fn commit(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("commit");
        fs::create_dir(&root).unwrap();
        for (name, text) in files {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        (scratch, root)
    }

    #[test]
    fn files_are_taken_together_in_order_without_hidden_ones() {
        let (_scratch, root) = commit(&[
            ("b/z.yml", B),
            ("a.yaml", A),
            ("README.md", "# words"),
            (".github/workflows/ci.yaml", "on: push"),
        ]);
        let (wave, count) = rendered(&root, Path::new("")).unwrap();
        let text = fs::read_to_string(wave.objects).unwrap();
        assert_eq!(text, format!("---\n{A}\n---\n{B}\n"));
        assert_eq!(count, 2);
    }

    #[test]
    fn only_the_folder_that_was_asked_for_is_read() {
        let (_scratch, root) = commit(&[("deploy/a.yaml", A), ("other.yaml", B)]);
        let (wave, _) = rendered(&root, Path::new("deploy")).unwrap();
        assert_eq!(
            fs::read_to_string(wave.objects).unwrap(),
            format!("---\n{A}\n")
        );
        let error = rendered(&root, Path::new("live")).unwrap_err();
        assert_eq!(error.to_string(), "the commit has no folder 'live'");
    }

    #[test]
    fn a_commit_without_objects_is_no_reason_to_delete_all() {
        for text in [
            "# later\n---\n",
            "  # indented",
            "null",
            "~",
            "---\n...\n",
            "",
        ] {
            let (_scratch, root) = commit(&[("README.md", "# words"), ("a.yaml", text)]);
            let error = rendered(&root, Path::new("")).unwrap_err();
            assert!(matches!(error, Error::Empty), "{text}: {error}");
        }
        let (_scratch, root) = commit(&[("README.md", "# words")]);
        assert!(matches!(rendered(&root, Path::new("")), Err(Error::Empty)));
    }

    #[test]
    fn a_document_that_is_no_object_is_told() {
        let (_scratch, root) = commit(&[("a.yaml", "just words")]);
        let error = rendered(&root, Path::new("")).unwrap_err();
        assert!(matches!(error, Error::Document(_)), "{error}");
    }
}
