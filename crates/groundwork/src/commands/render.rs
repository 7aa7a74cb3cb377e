//! `render`: the stack's objects as plain YAML, in the order in which they go in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use groundwork_contract::{Stack, Wave};

use crate::{
    cli::{Global, Render},
    failure::{Exit, Failure},
    given, output,
};

pub fn run(global: &Global, arguments: &Render) -> anyhow::Result<ExitCode> {
    let stack = given::stack(global)?;
    match &arguments.folder {
        None => {
            for wave in &stack.waves {
                output::line("---");
                output::raw(read(wave)?.as_bytes());
            }
        }
        Some(folder) => write(&stack, folder)?,
    }
    let apart = |what: &str, of: fn(&Wave) -> &Option<PathBuf>| {
        let some = stack.waves.iter().any(|wave| of(wave).is_some());
        some.then(|| what.to_owned())
    };
    let apart: Vec<_> = [
        apart("topics", |wave| &wave.topics),
        apart("secrets", |wave| &wave.secrets),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !apart.is_empty() {
        output::note(format!(
            "these are no objects, and not among them: {}",
            apart.join(", ")
        ));
    }
    Ok(Exit::Done.into())
}

/// A file for each wave, whose names are in the waves' order.
fn write(stack: &Stack, folder: &Path) -> anyhow::Result<()> {
    let cannot = |path: &Path| format!("cannot write {}", path.display());
    fs::create_dir_all(folder).with_context(|| cannot(folder))?;
    let files = stack.waves.iter().enumerate();
    let files: Vec<_> = files
        .map(|(at, wave)| {
            (
                folder.join(format!("{:02}-{}.yaml", at + 1, wave.name)),
                wave,
            )
        })
        .collect();
    // A tool that applies the folder would apply what an earlier stack left as well.
    for entry in fs::read_dir(folder).with_context(|| cannot(folder))? {
        let path = entry?.path();
        let yaml = path
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml");
        if yaml && files.iter().all(|(file, _)| *file != path) {
            return Err(Failure::wrong_use(format!(
                "{} is there, and no wave is called so",
                path.display()
            ))
            .hint("choose another folder, or remove it")
            .into());
        }
    }
    for (file, wave) in files {
        fs::write(&file, read(wave)?).with_context(|| cannot(&file))?;
        output::line(file.display().to_string());
    }
    Ok(())
}

fn read(wave: &Wave) -> anyhow::Result<String> {
    let path = &wave.objects;
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use groundwork_contract::FORMAT;

    use super::*;

    fn stack(folder: &Path, waves: &[&str]) -> Stack {
        let wave = |name: &&str| {
            let objects = folder.join(name);
            fs::write(&objects, format!("kind: {name}\n")).unwrap();
            Wave {
                name: (*name).into(),
                objects,
                topics: None,
                secrets: None,
            }
        };
        Stack {
            format: FORMAT,
            version: String::new(),
            programs: BTreeMap::new(),
            cni_plugins: PathBuf::new(),
            components: vec![],
            waves: waves.iter().map(wave).collect(),
            templates: PathBuf::new(),
            variants: vec![],
        }
    }

    #[test]
    fn each_wave_has_a_file_whose_name_is_in_their_order() {
        let desk = tempfile::tempdir().unwrap();
        let stack = stack(desk.path(), &["system", "services"]);
        let folder = desk.path().join("rendered");
        for _ in 0..2 {
            write(&stack, &folder).unwrap();
            let text = |name| fs::read_to_string(folder.join(name)).unwrap();
            assert_eq!(text("01-system.yaml"), "kind: system\n");
            assert_eq!(text("02-services.yaml"), "kind: services\n");
        }
    }

    #[test]
    fn what_another_stack_left_is_told_and_nothing_is_written() {
        let desk = tempfile::tempdir().unwrap();
        let folder = desk.path().join("rendered");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("01-events.yaml"), "").unwrap();
        let error = write(&stack(desk.path(), &["system"]), &folder).unwrap_err();
        assert!(
            error.to_string().contains("01-events.yaml is there"),
            "{error}"
        );
        assert!(!folder.join("01-system.yaml").exists());
    }
}
