//! The optional components: which of them are on, and the stack that has them.
//!
//! A stack names its variants, one for each set of optional components, and Nix builds one when a person wants it. The
//! state directory keeps the set that is on, for each later command.

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use groundwork_contract::{Stack, Variant};
use groundwork_process::exec::{Command, HOST_PATH};

use crate::{failure::Failure, output};

/// The file in the state directory.
const NOTE: &str = "optional.json";

/// The stack that a person wants.
#[derive(Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its manifest, which is there.
    pub manifest: PathBuf,
    /// Names of the optional components that are on; none where the stack leaves no choice.
    on: Option<BTreeSet<String>>,
}

impl Chosen {
    /// Has each later command work with the same optional components.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn keep(&self, state_dir: &Path) -> anyhow::Result<()> {
        let Some(on) = &self.on else {
            return Ok(());
        };
        let path = state_dir.join(NOTE);
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec(on)?)
            .and_then(|()| fs::rename(&new, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The stack of `manifest` with what is on in `state_dir`, and with `with`, and without `without`. It is built if it
/// is not there.
///
/// # Errors
/// When the manifest or the note cannot be read, a name is no optional component's, or Nix does not build the stack.
pub fn choose(
    manifest: &Path,
    state_dir: &Path,
    with: &[String],
    without: &[String],
) -> anyhow::Result<Chosen> {
    let stack = Stack::read(manifest)?;
    let on = wanted(&stack.optional(), noted(state_dir)?, with, without)?;
    let manifest = match stack.variant(&on) {
        None => manifest.into(),
        Some(variant) => built(variant)?,
    };
    let on = (!stack.variants.is_empty()).then_some(on);
    Ok(Chosen { manifest, on })
}

/// The manifest of what is on in `state_dir`, or `manifest` itself where that is not built.
///
/// # Errors
/// When a manifest or the note cannot be read.
pub fn current(manifest: &Path, state_dir: &Path) -> anyhow::Result<PathBuf> {
    let stack = Stack::read(manifest)?;
    let on = wanted(&stack.optional(), noted(state_dir)?, &[], &[])?;
    let variant = stack.variant(&on).filter(|it| it.manifest.exists());
    Ok(variant.map_or_else(|| manifest.into(), |it| it.manifest.clone()))
}

/// What is on, of the components `there` are: one that has left the project is forgotten.
fn wanted(
    there: &BTreeSet<&str>,
    mut on: BTreeSet<String>,
    with: &[String],
    without: &[String],
) -> Result<BTreeSet<String>, Failure> {
    if let Some(name) = with
        .iter()
        .chain(without)
        .find(|it| !there.contains(it.as_str()))
    {
        let names: Vec<_> = there.iter().copied().collect();
        return Err(
            Failure::wrong_use(format!("the stack has no optional component '{name}'")).hint(
                match names.is_empty() {
                    true => "this stack leaves no choice".into(),
                    false => format!("it has: {}", names.join(", ")),
                },
            ),
        );
    }
    on.extend(with.iter().cloned());
    on.retain(|name| there.contains(name.as_str()) && !without.contains(name));
    Ok(on)
}

/// What `up` noted last. An ordinary user may be kept from reading it, and works with the stack that all have.
fn noted(state_dir: &Path) -> anyhow::Result<BTreeSet<String>> {
    let path = state_dir.join(NOTE);
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .with_context(|| format!("{} is not a list of names", path.display())),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::PermissionDenied
            ) =>
        {
            Ok(BTreeSet::new())
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The manifest of `variant`, which Nix builds if it is not there.
fn built(variant: &Variant) -> anyhow::Result<PathBuf> {
    if !variant.manifest.exists() {
        let names: Vec<_> = variant.optional.keys().map(String::as_str).collect();
        let hint = format!("./scripts/build.sh --with {}", names.join("-"));
        let missing = |why: &str| {
            let what = names.join(" and ");
            Failure::stack(format!("the stack with {what} is not built: {why}")).hint(hint.clone())
        };
        if !variant.derivation.exists() {
            return Err(missing("Nix has no plan of it").into());
        }
        let path = env::var("PATH").unwrap_or_default();
        let nix = which::which_in("nix", Some(format!("{path}:{HOST_PATH}")), "/")
            .map_err(|_| missing("there is no Nix"))?;
        output::note(format!("building the stack with {}", names.join(" and ")));
        let command = Command::new(nix)
            .args(["--extra-experimental-features", "nix-command"])
            .args(["build", "--no-link"])
            .arg(&variant.derivation);
        if command.interact()? != 0 {
            return Err(missing("Nix ended with an error").into());
        }
    }
    Ok(variant.manifest.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn list(names: &[&str]) -> Vec<String> {
        set(names).into_iter().collect()
    }

    /// A folder with a stack of two optional components, of which the variant with `a` is built.
    fn desk() -> tempfile::TempDir {
        let desk = tempfile::tempdir().unwrap();
        let variant = |names: &[&str], file: &str| Variant {
            optional: names
                .iter()
                .map(|name| ((*name).into(), "".into()))
                .collect(),
            manifest: desk.path().join(file),
            derivation: desk.path().join("none.drv"),
        };
        let stack = |variants| Stack {
            format: groundwork_contract::FORMAT,
            version: "0".into(),
            programs: std::collections::BTreeMap::new(),
            cni_plugins: PathBuf::new(),
            components: vec![],
            waves: vec![],
            templates: PathBuf::new(),
            variants,
        };
        let write = |file: &str, stack: &Stack| {
            let text = serde_json::to_vec(stack).unwrap();
            fs::write(desk.path().join(file), text).unwrap();
        };
        let variants = vec![
            variant(&["a"], "a.json"),
            variant(&["b"], "b.json"),
            variant(&["a", "b"], "ab.json"),
        ];
        write("stack.json", &stack(variants));
        write("a.json", &stack(vec![]));
        desk
    }

    fn chosen(desk: &Path, with: &[&str], without: &[&str]) -> anyhow::Result<Chosen> {
        choose(&desk.join("stack.json"), desk, &list(with), &list(without))
    }

    #[test]
    fn what_is_on_stays_on_until_it_is_taken_out() {
        let desk = desk();
        let desk = desk.path();
        let file = |manifest: &Path| manifest.file_name().unwrap().to_owned();
        let first = chosen(desk, &[], &[]).unwrap();
        assert_eq!(file(&first.manifest), "stack.json");
        chosen(desk, &["a"], &[]).unwrap().keep(desk).unwrap();
        let again = chosen(desk, &[], &[]).unwrap();
        assert_eq!(file(&again.manifest), "a.json");
        let current = current(&desk.join("stack.json"), desk).unwrap();
        assert_eq!(file(&current), "a.json");
        chosen(desk, &[], &["a"]).unwrap().keep(desk).unwrap();
        let last = chosen(desk, &[], &[]).unwrap();
        assert_eq!(file(&last.manifest), "stack.json");
    }

    #[test]
    fn one_that_the_stack_has_not_is_refused_with_those_that_it_has() {
        let desk = desk();
        let error = chosen(desk.path(), &["c"], &[]).unwrap_err();
        let failure = crate::failure::of(&error);
        assert_eq!(failure.remedy(), Some("it has: a, b"));
    }

    #[test]
    fn one_that_has_left_the_project_is_forgotten() {
        let there = BTreeSet::from(["a"]);
        let on = wanted(&there, set(&["a", "gone"]), &[], &[]).unwrap();
        assert_eq!(on, set(&["a"]));
    }

    #[test]
    fn a_variant_that_nix_cannot_build_names_the_script_that_can() {
        let desk = desk();
        let error = chosen(desk.path(), &["a", "b"], &[]).unwrap_err();
        let failure = crate::failure::of(&error);
        assert_eq!(failure.remedy(), Some("./scripts/build.sh --with a-b"));
    }

    #[test]
    fn a_stack_without_a_choice_leaves_the_note_as_it_is() {
        let desk = desk();
        let desk = desk.path();
        chosen(desk, &["a"], &[]).unwrap().keep(desk).unwrap();
        let whole = choose(&desk.join("a.json"), desk, &[], &[]).unwrap();
        assert_eq!(whole.manifest, desk.join("a.json"));
        whole.keep(desk).unwrap();
        assert_eq!(noted(desk).unwrap(), set(&["a"]));
    }

    #[test]
    fn commands_that_build_nothing_go_on_with_what_is_there() {
        let desk = desk();
        let desk = desk.path();
        fs::write(desk.join(NOTE), r#"["b"]"#).unwrap();
        let manifest = desk.join("stack.json");
        assert_eq!(current(&manifest, desk).unwrap(), manifest);
    }
}
