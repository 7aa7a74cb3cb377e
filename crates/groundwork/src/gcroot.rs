//! Protects what runs from Nix's garbage collector, so that a clean-up never costs a rebuild.
//!
//! Outside a Nix store it does nothing.

use std::{
    env, fs, io,
    os::unix::fs::symlink,
    path::{Component, Path, PathBuf},
};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// Where Nix looks for roots; it follows folders.
const ROOTS: &str = "/nix/var/nix/gcroots";
const STORE: &str = "/nix/store";

/// Protects the stack at `manifest` and this launcher for as long as `state_dir` is there.
///
/// # Errors
/// When a root cannot be written.
pub fn protect(state_dir: &Path, manifest: &Path) -> anyhow::Result<()> {
    if !Path::new(ROOTS).is_dir() {
        return Ok(());
    }
    let launcher = env::current_exe().context("cannot find this program's own file")?;
    let folder = folder(Path::new(ROOTS), state_dir);
    for (name, file) in [("stack", manifest), ("launcher", launcher.as_path())] {
        let Some(target) = fs::canonicalize(file)
            .ok()
            .and_then(|file| store_path(&file))
        else {
            continue;
        };
        point(&folder.join(name), &target).with_context(|| {
            format!(
                "cannot protect {} from Nix's garbage collector",
                target.display()
            )
        })?;
    }
    Ok(())
}

/// The stack and the launcher that `up` protected last for `state_dir`, as paths of the store that are there.
pub fn protected(state_dir: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = folder(Path::new(ROOTS), state_dir);
    let target = |name| {
        let target = fs::read_link(folder.join(name)).ok()?;
        target.exists().then_some(target)
    };
    Some((target("stack")?, target("launcher")?))
}

/// Protects the built `folders` of the service `name`, and no others of it, for as long as `state_dir` is there.
///
/// # Errors
/// When a root cannot be written or removed.
pub fn keep<'a>(
    state_dir: &Path,
    name: &str,
    folders: impl Iterator<Item = &'a Path>,
) -> anyhow::Result<()> {
    if !Path::new(ROOTS).is_dir() {
        return Ok(());
    }
    let roots = folder(Path::new(ROOTS), state_dir).join(format!("service-{name}"));
    let targets: Vec<_> = folders.filter_map(store_path).collect();
    point_all(&roots, &targets)
        .with_context(|| format!("cannot protect {name} from Nix's garbage collector"))
}

/// Takes the protection of `state_dir` away, if there is one.
///
/// # Errors
/// When a root cannot be removed.
pub fn release(state_dir: &Path) -> anyhow::Result<()> {
    let folder = folder(Path::new(ROOTS), state_dir);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn folder(roots: &Path, state_dir: &Path) -> PathBuf {
    let hash = Sha256::digest(state_dir.as_os_str().as_encoded_bytes());
    roots.join(format!("groundwork-{hash:.16x}"))
}

/// The store path that holds `file`.
fn store_path(file: &Path) -> Option<PathBuf> {
    let inside = file.strip_prefix(STORE).ok()?;
    match inside.components().next()? {
        Component::Normal(name) => Some(Path::new(STORE).join(name)),
        _ => None,
    }
}

/// Makes `roots` a folder with a link to each of `targets` and to nothing else; without any it goes.
fn point_all(roots: &Path, targets: &[PathBuf]) -> io::Result<()> {
    let link = |target: &PathBuf| Some(roots.join(target.file_name()?));
    let links: Vec<_> = targets.iter().filter_map(link).collect();
    for (link, target) in links.iter().zip(targets) {
        point(link, target)?;
    }
    let present = match fs::read_dir(roots) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        present => present?,
    };
    for entry in present {
        let path = entry?.path();
        if !links.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    match links.is_empty() {
        true => fs::remove_dir(roots),
        false => Ok(()),
    }
}

/// Makes `link` point to `target` in one step, so that the old target is never unprotected before
/// the new one is.
fn point(link: &Path, target: &Path) -> io::Result<()> {
    if fs::read_link(link).is_ok_and(|current| current == target) {
        return Ok(());
    }
    if let Some(folder) = link.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = link.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    symlink(target, &new)?;
    fs::rename(&new, link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_store_has_a_store_path() {
        assert_eq!(
            store_path(Path::new("/nix/store/abc-stack/share/stack.json")),
            Some("/nix/store/abc-stack".into())
        );
        assert_eq!(store_path(Path::new("/home/me/stack.json")), None);
        assert_eq!(store_path(Path::new("/nix/store")), None);
    }

    #[test]
    fn a_root_follows_the_stack() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("groundwork-x/stack");
        for target in ["/nix/store/old", "/nix/store/new", "/nix/store/new"] {
            point(&link, Path::new(target)).unwrap();
            assert_eq!(fs::read_link(&link).unwrap(), Path::new(target));
        }
    }

    #[test]
    fn of_a_service_only_what_is_remembered_is_protected() {
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("service-orders");
        let names = || {
            let entries = fs::read_dir(&roots).unwrap();
            let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let paths = |names: &[&str]| -> Vec<_> {
            let names = names.iter();
            names.map(|name| Path::new(STORE).join(name)).collect()
        };
        point_all(&roots, &paths(&["a", "b"])).unwrap();
        point_all(&roots, &paths(&["b", "c"])).unwrap();
        assert_eq!(names(), ["b", "c"]);
        point_all(&roots, &[]).unwrap();
        assert!(!roots.exists());
        point_all(&roots, &[]).unwrap();
    }

    #[test]
    fn two_state_directories_have_two_folders() {
        let roots = Path::new("/roots");
        assert_ne!(
            folder(roots, Path::new("/a/b")),
            folder(roots, Path::new("/a-b"))
        );
    }
}
