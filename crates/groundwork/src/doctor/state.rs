//! Whether the state directory is one that this launcher can go on with.

use std::{fs, io};

use groundwork_node::{BEGINNING, FORMAT, StateDir};

use super::check::Check;

const NAME: &str = "state directory";
/// Any of these shows that the directory was a node's.
const TRACES: [&str; 7] = [
    "config",
    "containerd",
    "etcd",
    "kubeconfig",
    "logs",
    "pki",
    "processes.json",
];
/// What `up` leaves in a directory before anything else.
const LOCK: &str = "up.lock";

/// What a folder is to a launcher.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Missing,
    Empty,
    /// An `up` was cut off before it did anything.
    Begun,
    /// A state directory with this version.
    Versioned(String),
    /// A state directory without a version: somebody removed half of it.
    Damaged,
    /// Gone, while its node still has this machine.
    Gone,
    /// Not a state directory.
    Foreign,
    /// Unknown.
    Unreadable(String),
}

fn kind(state: &StateDir) -> Kind {
    if let Ok(version) = fs::read_to_string(state.version()) {
        return Kind::Versioned(version.trim().into());
    }
    let owns = state.is_owner().unwrap_or(false);
    let entries = match fs::read_dir(state.root()) {
        Ok(entries) => entries,
        Err(_) if owns => return Kind::Gone,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Kind::Missing,
        Err(error) => return Kind::Unreadable(error.to_string()),
    };
    let names: Vec<_> = entries
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| name != LOCK)
        .collect();
    if names.is_empty() {
        if owns { Kind::Gone } else { Kind::Empty }
    } else if names
        .iter()
        .all(|name| BEGINNING.iter().any(|first| name == first))
    {
        Kind::Begun
    } else if owns
        || names
            .iter()
            .any(|name| TRACES.iter().any(|trace| name == trace))
    {
        Kind::Damaged
    } else {
        Kind::Foreign
    }
}

/// Whether both `state` and the machine are free of a node.
pub fn is_vacant(state: &StateDir) -> bool {
    matches!(kind(state), Kind::Missing | Kind::Empty)
}

/// Whether `state` is a folder of somebody else's, where nothing may be written or removed.
pub fn is_foreign(state: &StateDir) -> bool {
    kind(state) == Kind::Foreign
}

pub fn check(state: &StateDir) -> Check {
    let place = state.root().display();
    let elsewhere = "choose another folder with --state-dir";
    let remove = format!("groundwork destroy --yes --state-dir {place}");
    match kind(state) {
        Kind::Missing => Check::ok(NAME, format!("{place} will be made")),
        Kind::Begun => Check::ok(NAME, format!("{place} was begun; `up` goes on")),
        Kind::Empty => Check::ok(NAME, format!("{place} is empty")),
        Kind::Versioned(version) if version == FORMAT => Check::ok(NAME, place.to_string()),
        Kind::Versioned(version) => Check::fail(
            NAME,
            format!("{place} has version '{version}'; this launcher knows version {FORMAT}"),
            format!("use the release that made it, or remove it with its data: {remove}"),
        ),
        Kind::Damaged => Check::fail(
            NAME,
            format!("{place} is damaged: its file 'version' is missing"),
            format!("remove the rest: {remove}"),
        ),
        Kind::Gone => Check::fail(
            NAME,
            format!("the files in {place} are gone, and their node still has this machine"),
            format!("remove the rest: {remove}"),
        ),
        Kind::Foreign => Check::fail(NAME, format!("{place} holds something else"), elsewhere),
        Kind::Unreadable(reason) => Check::fail(NAME, format!("{place}: {reason}"), elsewhere),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    fn checked(files: &[(&str, &str)]) -> Check {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        check(&StateDir::new(folder.path()))
    }

    #[test]
    fn a_directory_of_this_version_or_an_empty_one_will_do() {
        assert_eq!(checked(&[]).status, Status::Ok);
        assert_eq!(checked(&[(LOCK, "")]).status, Status::Ok);
        assert_eq!(checked(&[("version", "1\n")]).status, Status::Ok);
    }

    #[test]
    fn an_up_that_was_cut_off_at_once_can_go_on_or_be_destroyed() {
        let files = [("receipt.json", "[]"), ("version.new", ""), (LOCK, "")];
        assert_eq!(checked(&files).status, Status::Ok);
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        assert!(is_vacant(&state));
        fs::write(state.receipt(), "[]").unwrap();
        assert!(!is_vacant(&state));
    }

    #[test]
    fn another_version_is_told_with_the_way_out() {
        let check = checked(&[("version", "9\n")]);
        assert_eq!(check.status, Status::Fail);
        assert!(check.found.contains("version '9'"), "{check:?}");
        assert!(check.fix.contains("groundwork destroy --yes"), "{check:?}");
    }

    #[test]
    fn half_a_directory_is_not_gone_on_with() {
        let check = checked(&[("kubeconfig", "")]);
        assert_eq!(check.status, Status::Fail);
        assert!(check.found.contains("damaged"), "{check:?}");
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let check = checked(&[("thesis.tex", "")]);
        assert_eq!(check.status, Status::Fail);
        assert!(!check.fix.contains("destroy"), "{check:?}");
    }
}
