//! Our part of the cgroup tree: `/groundwork` in every hierarchy of the machine.
//!
//! It creates, joins, lists, ends and removes. Which process belongs where is decided elsewhere;
//! the pods' groups below `/groundwork/kubepods` are made by the kubelet and runc.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use groundwork_process::wait::{Not, Wait};
use rustix::process::{Pid, Signal};

use crate::error::{Error, at};

/// The group of everything that is ours; the kubelet's `cgroupRoot`.
pub const ROOT: &str = "groundwork";
/// The parent of the node processes' groups.
pub const NODE: &str = "groundwork/node";
/// The group of containerd's shims.
pub const SHIMS: &str = "groundwork/shims";
/// The parent of the pods' groups.
pub const PODS: &str = "groundwork/kubepods";

/// The controllers that the node hands on (v2), as far as the machine has them. All but `io` are the
/// kubelet's own list (`getSupportedUnifiedControllers` in its cgroup_v2_manager_linux.go): it ends where
/// the machine has one that its group lacks. `io` is for figures of disks.
const CONTROLLERS: [&str; 6] = ["cpu", "cpuset", "hugetlb", "io", "memory", "pids"];

/// Which generation of cgroups the machine's controllers belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CgroupVersion {
    /// One hierarchy for each controller, perhaps with an empty unified one beside them.
    V1,
    /// The unified hierarchy has the controllers.
    V2,
}

/// The mounted hierarchies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cgroups {
    /// Mount points of v1 hierarchies, named ones included.
    v1: BTreeSet<PathBuf>,
    /// Mount point of the unified hierarchy.
    v2: Option<PathBuf>,
}

impl Cgroups {
    /// Finds the hierarchies below `/sys/fs/cgroup`.
    ///
    /// # Errors
    /// [`Error::NoCgroup`] when there is none.
    pub fn detect() -> Result<Self, Error> {
        let mounts = procfs::process::Process::myself()
            .and_then(|process| process.mountinfo())
            .map_err(|_| Error::NoCgroup)?;
        Self::among(
            mounts
                .into_iter()
                .map(|mount| (mount.fs_type, mount.mount_point)),
        )
    }

    fn among(mounts: impl Iterator<Item = (String, PathBuf)>) -> Result<Self, Error> {
        let mut found = Self {
            v1: BTreeSet::new(),
            v2: None,
        };
        for (kind, point) in mounts.filter(|(_, point)| point.starts_with("/sys/fs/cgroup")) {
            match kind.as_str() {
                "cgroup" => {
                    found.v1.insert(point);
                }
                "cgroup2" => found.v2 = Some(point),
                _ => {}
            }
        }
        if found.v1.is_empty() && found.v2.is_none() {
            return Err(Error::NoCgroup);
        }
        Ok(found)
    }

    /// The generation that has the controllers.
    pub fn version(&self) -> CgroupVersion {
        if self.v1.is_empty() {
            CgroupVersion::V2
        } else {
            CgroupVersion::V1
        }
    }

    /// The hierarchies that say where a process belongs. On a hybrid machine the unified one does
    /// not: containerd's shims never leave their parent's group there.
    fn hierarchies(&self) -> impl Iterator<Item = &PathBuf> {
        let unified = self.v1.is_empty().then_some(&self.v2);
        self.v1.iter().chain(unified.into_iter().flatten())
    }

    /// Whether `group` is there in every hierarchy, with all controllers that it can have.
    pub fn exists(&self, group: &str) -> bool {
        self.hierarchies().all(|mount| {
            let path = mount.join(group);
            path.is_dir() && (self.version() == CgroupVersion::V1 || has_all(mount, &path))
        })
    }

    /// Creates `group` and its parents in every hierarchy, ready to take processes.
    ///
    /// # Errors
    /// [`Error::File`] naming the group that refused.
    pub fn create(&self, group: &str) -> Result<(), Error> {
        for mount in self.hierarchies() {
            let mut parent = mount.clone();
            for part in Path::new(group) {
                let path = parent.join(part);
                if self.version() == CgroupVersion::V2 {
                    delegate(&parent)?;
                }
                match fs::create_dir(&path) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(at("create", &path)(error));
                    }
                    _ => {}
                }
                inherit_cpuset(&parent, &path)?;
                parent = path;
            }
        }
        Ok(())
    }

    /// Moves this process into `group` in every hierarchy.
    ///
    /// # Errors
    /// [`Error::File`] naming the group that refused.
    pub fn join(&self, group: &str) -> Result<(), Error> {
        for mount in self.hierarchies() {
            let procs = mount.join(group).join("cgroup.procs");
            fs::write(&procs, "0").map_err(at("join", &procs))?;
        }
        Ok(())
    }

    /// The processes in `group` and below, in any hierarchy.
    pub fn pids(&self, group: &str) -> BTreeSet<i32> {
        let mut pids = BTreeSet::new();
        for mount in self.hierarchies() {
            for folder in folders(&mount.join(group)) {
                let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
                // A process of another pid namespace reads as 0; it is not ours to end.
                pids.extend(text.lines().filter_map(|line| line.parse::<i32>().ok()));
            }
        }
        pids.remove(&0);
        pids
    }

    /// Processor time that everything in `group` and below has used since it was made, where the kernel counts it.
    pub fn processor_time(&self, group: &str) -> Option<Duration> {
        self.hierarchies().find_map(|mount| {
            let read = |file| fs::read_to_string(mount.join(group).join(file)).ok();
            let v1 = || {
                Some(Duration::from_nanos(
                    read("cpuacct.usage")?.trim().parse().ok()?,
                ))
            };
            let v2 = || {
                let stat = read("cpu.stat")?;
                let micros = stat
                    .lines()
                    .find_map(|line| line.strip_prefix("usage_usec "))?;
                Some(Duration::from_micros(micros.parse().ok()?))
            };
            v1().or_else(v2)
        })
    }

    /// Kills every process in `group` and below, and waits until none is left.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when one does not end within 20 s (it may hang in the kernel).
    pub fn kill(&self, group: &str) -> Result<(), Error> {
        let none_left = || {
            let pids = self.pids(group);
            if pids.is_empty() {
                return Ok(());
            }
            for pid in pids.iter().filter_map(|&pid| Pid::from_raw(pid)) {
                // It may have ended by itself; the next look tells.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
            Err(format!("processes {pids:?} are still there"))
        };
        let what = format!("ending the processes in {group}");
        Wait::new(what, Duration::from_secs(20))
            .every(Duration::from_millis(20))
            .until(none_left)
            .block()?;
        Ok(())
    }

    /// Removes `group` and all below it, also what runc made in the unified hierarchy of a hybrid
    /// machine; there must be no process in them.
    ///
    /// # Errors
    /// [`Error::File`] naming the group that refused.
    pub fn remove(&self, group: &str) -> Result<(), Error> {
        for mount in self.v1.iter().chain(&self.v2) {
            for folder in folders(&mount.join(group)).into_iter().rev() {
                // A group stays busy for a moment after its last process has gone.
                Wait::new("removing the cgroup", Duration::from_secs(5))
                    .every(Duration::from_millis(10))
                    .until(|| match fs::remove_dir(&folder) {
                        Err(error) if error.raw_os_error() == Some(BUSY) => {
                            Err(Not::yet(error.to_string()))
                        }
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            Err(Not::Ever(at("remove", &folder)(error)))
                        }
                        _ => Ok(()),
                    })
                    .block()?;
            }
        }
        Ok(())
    }
}

/// EBUSY.
const BUSY: i32 = rustix::io::Errno::BUSY.raw_os_error();

/// `root` and all folders below it, each after its parent; empty when it does not exist.
fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = if root.is_dir() {
        vec![root.to_path_buf()]
    } else {
        vec![]
    };
    let mut next = 0;
    while let Some(folder) = found.get(next).cloned() {
        next += 1;
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        found.extend(
            entries
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                .map(|entry| entry.path()),
        );
    }
    found
}

/// The controllers that a file of `group` lists (v2).
fn controllers(group: &Path, file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(group.join(file)).unwrap_or_default();
    text.split_whitespace().map(String::from).collect()
}

/// Whether `group` was handed all of [`CONTROLLERS`] that the hierarchy at `mount` has.
fn has_all(mount: &Path, group: &Path) -> bool {
    let (all, handed) = (
        controllers(mount, "cgroup.controllers"),
        controllers(group, "cgroup.controllers"),
    );
    let mut wanted = CONTROLLERS.iter().filter(|name| all.contains(**name));
    wanted.all(|name| handed.contains(*name))
}

/// Hands the controllers that `parent` has on to its children (v2).
///
/// systemd takes a controller away from the top group that no unit of its own needs. The kernel refuses
/// that while a group below hands the controller on, so ours stay.
fn delegate(parent: &Path) -> Result<(), Error> {
    let (available, enabled) = (
        controllers(parent, "cgroup.controllers"),
        controllers(parent, "cgroup.subtree_control"),
    );
    let missing: Vec<String> = CONTROLLERS
        .iter()
        .filter(|name| available.contains(**name) && !enabled.contains(**name))
        .map(|name| format!("+{name}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let file = parent.join("cgroup.subtree_control");
    fs::write(&file, missing.join(" ")).map_err(at("enable controllers in", file))
}

/// A new v1 cpuset takes no process until it has CPUs and memory nodes of its own.
fn inherit_cpuset(parent: &Path, child: &Path) -> Result<(), Error> {
    for name in ["cpuset.cpus", "cpuset.mems"] {
        let file = child.join(name);
        let is_v1 = child.join("cpuset.memory_migrate").exists();
        let empty = fs::read_to_string(&file).is_ok_and(|text| text.trim().is_empty());
        if is_v1 && empty {
            let value = fs::read_to_string(parent.join(name)).map_err(at("read", &file))?;
            fs::write(&file, value.trim()).map_err(at("write", &file))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mounts(list: &[(&str, &str)]) -> Result<Cgroups, Error> {
        Cgroups::among(
            list.iter()
                .map(|(kind, point)| ((*kind).into(), (*point).into())),
        )
    }

    #[test]
    fn a_hybrid_machine_counts_as_v1_and_its_unified_tree_says_nothing() {
        let found = mounts(&[
            ("cgroup", "/sys/fs/cgroup/memory"),
            ("cgroup", "/sys/fs/cgroup/systemd"),
            ("cgroup2", "/sys/fs/cgroup/unified"),
            ("cgroup2", "/elsewhere"),
        ])
        .unwrap();
        assert_eq!(found.version(), CgroupVersion::V1);
        assert_eq!(found.hierarchies().count(), 2);
    }

    #[test]
    fn a_unified_machine_counts_as_v2() {
        let found = mounts(&[("cgroup2", "/sys/fs/cgroup")]).unwrap();
        assert_eq!(found.version(), CgroupVersion::V2);
    }

    #[test]
    fn a_machine_without_cgroups_is_told_so() {
        assert!(matches!(
            mounts(&[("tmpfs", "/sys/fs/cgroup")]),
            Err(Error::NoCgroup)
        ));
    }

    /// A group whose files say that it has `available` and hands `enabled` on.
    fn group(folder: &Path, available: &str, enabled: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("cgroup.controllers"), available).unwrap();
        fs::write(folder.join("cgroup.subtree_control"), enabled).unwrap();
    }

    #[test]
    fn every_controller_that_the_kubelet_asks_for_is_handed_on_as_far_as_the_machine_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let written = || fs::read_to_string(folder.path().join("cgroup.subtree_control")).unwrap();
        // As systemd leaves it on Debian 12.
        let available = "cpuset cpu io memory hugetlb pids rdma misc";
        group(folder.path(), available, "memory pids");
        delegate(folder.path()).unwrap();
        assert_eq!(written(), "+cpu +cpuset +hugetlb +io");
        group(folder.path(), "cpu memory pids", "");
        delegate(folder.path()).unwrap();
        assert_eq!(written(), "+cpu +memory +pids");
    }

    #[test]
    fn a_group_that_lacks_a_controller_of_the_machine_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let node = folder.path().join(NODE);
        group(folder.path(), "cpu hugetlb memory rdma", "");
        group(&node, "cpu memory", "");
        let cgroups = Cgroups {
            v1: BTreeSet::new(),
            v2: Some(folder.path().into()),
        };
        assert!(!cgroups.exists(NODE));
        group(&node, "cpu hugetlb memory", "");
        assert!(cgroups.exists(NODE));
    }

    #[test]
    fn folders_come_after_their_parents() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        let found = folders(folder.path());
        assert_eq!(found.len(), 3);
        assert!(found[2].ends_with("a/b"));
    }
}
