//! Whether there is enough memory, disk and inotify for the stack.

use std::{fs, path::Path};

use nix::sys::statvfs::statvfs;

use super::check::Check;
use crate::table;

/// The whole stack under load, and a little page cache.
const MEMORY: u64 = 3_000_000_000;
/// Images twice (packed and unpacked), etcd, logs, and room for what the volumes of events, metrics and
/// lines hold in their first days.
const DISK: u64 = 10_000_000_000;
/// The least that the kernel sets by itself.
const INOTIFY_WATCHES: u64 = 8192;
/// With fewer the kubelet does not get as far as its first pod.
const INOTIFY_WATCHES_LEAST: u64 = 1024;

/// `running`: the node has taken its share already, so what is left may be less.
pub fn checks(state_dir: &Path, running: bool) -> Vec<Check> {
    let limit = |name: &str| {
        let text = fs::read_to_string(format!("/proc/sys/fs/inotify/{name}"));
        text.ok().and_then(|text| text.trim().parse().ok())
    };
    vec![
        memory(available_memory(), running),
        disk(state_dir, free_disk(state_dir), running),
        inotify(limit("max_user_instances"), limit("max_user_watches")),
    ]
}

fn available_memory() -> Option<u64> {
    use procfs::Current;
    procfs::Meminfo::current().ok()?.mem_available
}

/// Free bytes of the file system that holds `path`, or will.
fn free_disk(path: &Path) -> Option<u64> {
    let existing = path.ancestors().find(|ancestor| ancestor.exists())?;
    let system = statvfs(existing).ok()?;
    Some(system.blocks_available() * system.fragment_size())
}

fn memory(available: Option<u64>, running: bool) -> Check {
    let name = "memory";
    match available {
        None => Check::warn(name, "the kernel does not tell", "see free(1)"),
        Some(available) if available >= MEMORY || running => {
            Check::ok(name, format!("{} available", table::bytes(available)))
        }
        Some(available) => Check::fail(
            name,
            format!("{} available", table::bytes(available)),
            format!(
                "close programs, or give the machine more: {} are needed",
                table::bytes(MEMORY)
            ),
        ),
    }
}

fn disk(state_dir: &Path, free: Option<u64>, running: bool) -> Check {
    let name = "disk";
    let place = state_dir.display();
    match free {
        None => Check::warn(
            name,
            format!("free space at {place} is not known"),
            format!("see df {place}"),
        ),
        Some(free) if free >= DISK || running => {
            Check::ok(name, format!("{} free at {place}", table::bytes(free)))
        }
        Some(free) => Check::fail(
            name,
            format!("{} free at {place}", table::bytes(free)),
            format!(
                "free {} there, or choose another disk with --state-dir",
                table::bytes(DISK)
            ),
        ),
    }
}

fn inotify(instances: Option<u64>, watches: Option<u64>) -> Check {
    let name = "inotify";
    let (Some(instances), Some(watches)) = (instances, watches) else {
        return Check::fail(
            name,
            "the kernel has none",
            "use a kernel with CONFIG_INOTIFY_USER=y",
        );
    };
    let found = format!("{instances} instances, {watches} watches per user");
    // The number of instances is not judged: `up` raises it by itself, and `destroy` sets it back.
    let fix = format!(
        "sysctl -w fs.inotify.max_user_watches={}",
        INOTIFY_WATCHES * 64
    );
    match watches {
        ..INOTIFY_WATCHES_LEAST => Check::fail(name, found, fix),
        INOTIFY_WATCHES_LEAST..INOTIFY_WATCHES => Check::warn(name, found, fix),
        _ => Check::ok(name, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn too_little_memory_fails_unless_the_node_itself_has_taken_it() {
        assert_eq!(memory(Some(1_000_000_000), false).status, Status::Fail);
        assert_eq!(memory(Some(1_000_000_000), true).status, Status::Ok);
        assert_eq!(memory(Some(MEMORY), false).status, Status::Ok);
    }

    #[test]
    fn a_full_disk_is_named_with_its_place() {
        let check = disk(Path::new("/var/lib/x"), Some(400_000_000), false);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.found, "400 MB free at /var/lib/x");
    }

    #[test]
    fn a_directory_that_does_not_exist_yet_has_the_space_of_its_parent() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_disk(&folder.path().join("not/yet")).is_some());
    }

    #[test]
    fn the_kernels_own_inotify_limits_are_enough() {
        assert_eq!(inotify(Some(128), Some(8192)).status, Status::Ok);
        assert_eq!(inotify(Some(128), Some(4096)).status, Status::Warn);
        assert_eq!(inotify(Some(128), Some(16)).status, Status::Fail);
        assert_eq!(inotify(None, None).status, Status::Fail);
    }
}
