//! What changes in a service's folder.
//!
//! By looking: a folder that a virtual machine or Windows shares with Linux tells nobody of its changes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Folders that tools write into.
const NOT_SOURCES: [&str; 8] = [
    ".git",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "node_modules",
    "target",
];

/// Size in bytes and time of the last change of every file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl Sources {
    /// Those of `folder` now. What cannot be read is passed over: an editor may just be replacing it.
    pub fn of(folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        add(folder, &mut found);
        Self(found)
    }

    /// The same, but with the file `name` of any folder as it is in `later`.
    #[must_use]
    pub fn but(mut self, name: &str, later: &Self) -> Self {
        let named = |path: &Path| path.file_name().is_some_and(|it| it == name);
        self.0.retain(|path, _| !named(path));
        let others = later.0.iter().filter(|(path, _)| named(path));
        self.0
            .extend(others.map(|(path, about)| (path.clone(), *about)));
        self
    }

    /// The first file that is new, gone or different since `before`.
    pub fn change_since(&self, before: &Self) -> Option<PathBuf> {
        let paths = self.0.keys().chain(before.0.keys());
        let mut changed = paths.filter(|path| self.0.get(*path) != before.0.get(*path));
        changed.next().cloned()
    }
}

fn add(folder: &Path, found: &mut BTreeMap<PathBuf, (u64, Option<SystemTime>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(about) = entry.metadata() else {
            continue;
        };
        let name = entry.file_name();
        if !about.is_dir() {
            found.insert(entry.path(), (about.len(), about.modified().ok()));
        } else if !NOT_SOURCES.iter().any(|it| name == *it) {
            add(&entry.path(), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_new_different_or_gone_is_a_change_and_what_tools_write_is_none() {
        let desk = tempfile::tempdir().unwrap();
        let file = |path: &str| desk.path().join(path);
        let now = || Sources::of(desk.path());
        fs::create_dir_all(file("src/__pycache__")).unwrap();
        fs::write(file("src/main.py"), "1").unwrap();

        let first = now();
        fs::write(file("src/__pycache__/main.pyc"), "").unwrap();
        assert_eq!(now().change_since(&first), None);
        fs::write(file("src/main.py"), "12").unwrap();
        assert_eq!(now().change_since(&first), Some(file("src/main.py")));
        let second = now();
        fs::write(file("src/new.py"), "").unwrap();
        assert_eq!(now().change_since(&second), Some(file("src/new.py")));
        fs::remove_file(file("src/new.py")).unwrap();
        assert_eq!(now().change_since(&second), None);
        fs::write(file("flake.lock"), "").unwrap();
        assert_eq!(now().change_since(&second), Some(file("flake.lock")));
        let locked = second.clone().but("flake.lock", &now());
        assert_eq!(now().change_since(&locked), None);
        fs::remove_file(file("flake.lock")).unwrap();
        assert_eq!(now().change_since(&locked), Some(file("flake.lock")));
        fs::remove_file(file("src/main.py")).unwrap();
        assert_eq!(now().change_since(&second), Some(file("src/main.py")));
    }
}
