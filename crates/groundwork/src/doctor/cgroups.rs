//! Whether there are control groups with the controllers that pods need, of either version.

use std::{collections::BTreeSet, fs, path::Path};

use super::Check;

const NAME: &str = "cgroups";
const NEEDED: [&str; 3] = ["cpu", "memory", "pids"];

/// What is mounted.
#[derive(Default)]
struct Found {
    /// Controllers of the unified hierarchy, when it is mounted.
    v2: Option<BTreeSet<String>>,
    /// Controllers with a mounted hierarchy of version 1.
    v1: BTreeSet<String>,
}

pub fn check() -> Check {
    let mut found = Found::default();
    for mount in procfs::mounts().unwrap_or_default() {
        match mount.fs_vfstype.as_str() {
            "cgroup2" => {
                let file = Path::new(&mount.fs_file).join("cgroup.controllers");
                let list = fs::read_to_string(file).unwrap_or_default();
                found.v2 = Some(list.split_whitespace().map(str::to_owned).collect());
            }
            "cgroup" => found.v1.extend(mount.fs_mntops.into_keys()),
            _ => {}
        }
    }
    verdict(&found)
}

fn verdict(found: &Found) -> Check {
    let missing = |controllers: &BTreeSet<String>| -> Vec<&str> {
        NEEDED
            .into_iter()
            .filter(|name| !controllers.contains(*name))
            .collect()
    };
    match &found.v2 {
        // A hybrid host mounts an empty unified hierarchy beside version 1.
        Some(v2) if missing(v2).is_empty() => Check::ok(NAME, "version 2"),
        _ if missing(&found.v1).is_empty() => Check::ok(NAME, "version 1"),
        None if found.v1.is_empty() => Check::fail(
            NAME,
            "none is mounted",
            "mount them: mount -t cgroup2 none /sys/fs/cgroup",
        ),
        v2 => {
            let controllers = v2
                .as_ref()
                .filter(|_| found.v1.is_empty())
                .unwrap_or(&found.v1);
            let missing = missing(controllers).join(", ");
            Check::fail(
                NAME,
                format!("no controller {missing}"),
                format!(
                    "enable {missing}: a kernel parameter cgroup_disable= may turn it off; \
                     in a container, ask for the host's (--cgroupns=host)"
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn either_version_will_do() {
        let v2 = Found {
            v2: Some(set(&["cpu", "cpuset", "io", "memory", "pids"])),
            v1: set(&[]),
        };
        assert_eq!(verdict(&v2).found, "version 2");
        let v1 = Found {
            v2: Some(set(&[])),
            v1: set(&["cpu", "memory", "pids", "rw"]),
        };
        assert_eq!(verdict(&v1).found, "version 1");
    }

    #[test]
    fn a_missing_controller_is_named() {
        let found = Found {
            v2: Some(set(&["cpu", "pids"])),
            v1: set(&[]),
        };
        let check = verdict(&found);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.found, "no controller memory");
    }

    #[test]
    fn no_cgroup_at_all_is_said_so() {
        assert_eq!(verdict(&Found::default()).found, "none is mounted");
    }
}
