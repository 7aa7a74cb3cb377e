//! `new`: a service of one's own, in a folder of one's own, from a template.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use groundwork_process::exec::Command;

use crate::{
    cli::{Global, service::New},
    failure::{Exit, Failure},
    given, output,
    service::{about::About, base::Base, name, platform, template},
};

pub fn run(global: &Global, arguments: &New) -> anyhow::Result<ExitCode> {
    let stack = given::stack(global)?;
    let New {
        name,
        kind,
        without,
        ..
    } = arguments;
    name::check(name, &stack)?;
    let from = template_of(&stack.templates, kind)?;
    let input = platform::input(arguments.platform.as_deref())?;
    let folder = arguments.folder.clone().unwrap_or_else(|| name.into());
    let folder = std::path::absolute(&folder)?;
    refuse_full(&folder)?;

    // Beside its place, so that a copy that is cut off leaves nothing there.
    let parent = folder
        .parent()
        .context("the root folder is no place for a service")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let copy = tempfile::Builder::new().prefix(".new-").tempdir_in(parent);
    let copy = copy.with_context(|| format!("cannot write into {}", parent.display()))?;
    let inside = copy.path().join("service");
    fs::create_dir(&inside)?;
    template::render(&from, &inside, name, without)?;
    Base::of(&inside, About::read(&inside)?.kind)?.write(&inside)?;
    point_to(&inside.join("flake.nix"), &input)?;
    // An empty folder may be replaced; one that has been filled meanwhile may not.
    fs::rename(&inside, &folder).with_context(|| format!("cannot make {}", folder.display()))?;
    drop(copy);
    let in_git = add_to_git(&folder);

    let shown = arguments
        .folder
        .as_deref()
        .unwrap_or(Path::new(name))
        .display();
    output::line(format!("{name} is in {}", folder.display()));
    if !in_git {
        output::line(
            "hint: there is no Git, or it refused; Nix builds what Git knows: git init && git add .",
        );
    }
    output::line(format!("next: groundwork deploy {shown}"));
    Ok(Exit::Done.into())
}

/// The template's folder; the error names those that there are.
fn template_of(templates: &Path, kind: &str) -> anyhow::Result<PathBuf> {
    let entries = fs::read_dir(templates)
        .with_context(|| format!("cannot read the templates in {}", templates.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    if names.iter().any(|name| name == kind) {
        return Ok(templates.join(kind));
    }
    names.sort();
    Err(Failure::wrong_use(format!("there is no template '{kind}'"))
        .hint(format!("--kind {}", names.join("|")))
        .into())
}

fn refuse_full(folder: &Path) -> anyhow::Result<()> {
    let full = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // A file, or a folder that may not be read.
        Err(_) => true,
    };
    match full {
        true => Err(
            Failure::wrong_use(format!("{} is there already", folder.display()))
                .hint("name another folder, or empty this one")
                .into(),
        ),
        false => Ok(()),
    }
}

/// Names the platform in the service's flake.
fn point_to(flake: &Path, input: &str) -> anyhow::Result<()> {
    let text = fs::read_to_string(flake).context("the template has no flake.nix")?;
    let text = text.replace(platform::PLACEHOLDER, input);
    fs::write(flake, text).with_context(|| format!("cannot write {}", flake.display()))
}

/// Makes the folder known to Git: the repository that it lies in, or one of its own. Whether that was done.
fn add_to_git(folder: &Path) -> bool {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .run()
            .is_ok()
    };
    (git(&["rev-parse", "--is-inside-work-tree"]) || git(&["init", "--quiet"]))
        && git(&["add", "."])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_not_there_is_refused_with_those_that_are() {
        let templates = tempfile::tempdir().unwrap();
        for kind in ["fastapi", "axum"] {
            fs::create_dir(templates.path().join(kind)).unwrap();
        }
        assert!(template_of(templates.path(), "axum").is_ok());
        for kind in ["django", "../axum", ""] {
            let error = template_of(templates.path(), kind).unwrap_err();
            let failure = error.downcast_ref::<Failure>().unwrap();
            assert_eq!(failure.remedy(), Some("--kind axum|fastapi"), "{kind}");
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        refuse_full(folder.path()).unwrap();
        refuse_full(&folder.path().join("absent")).unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        refuse_full(folder.path()).unwrap_err();
        refuse_full(&folder.path().join("file")).unwrap_err();
    }
}
