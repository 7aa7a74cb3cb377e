//! Whether there are control groups with the controllers that pods need, of either version, and
//! whether they can be handed on to pods.

use std::{collections::BTreeSet, fs, path::Path};

use procfs::{CGroupControllers, Current};

use super::{
    check::Check,
    controllers::{Controller, IN_A_CONTAINER, Kernel, names},
};

const NAME: &str = "cgroups";
/// Where the launcher, the kubelet and runc look for them, and nowhere else.
const PLACE: &str = "/sys/fs/cgroup";

const CPU: Controller = Controller::new("cpu", "CONFIG_FAIR_GROUP_SCHED");
const MEMORY: Controller = Controller::new("memory", "CONFIG_MEMCG");
const PIDS: Controller = Controller::new("pids", "CONFIG_CGROUP_PIDS");
/// The kubelet asks for cpuset and hugetlb too, only as far as the machine has them.
const NEEDED_2: [Controller; 3] = [CPU, MEMORY, PIDS];
/// The kubelet ends without the first four, and runc refuses a container without `devices`.
const NEEDED_1: [Controller; 6] = [
    CPU,
    Controller::new("cpuacct", "CONFIG_CGROUP_CPUACCT"),
    Controller::new("cpuset", "CONFIG_CPUSETS"),
    MEMORY,
    Controller::new("devices", "CONFIG_CGROUP_DEVICE"),
    PIDS,
];

/// What is mounted, and what the kernel says of it.
#[derive(Default)]
struct Found {
    /// The hierarchy of version 2, when it is mounted.
    unified: Option<Unified>,
    /// Options of the mounted hierarchies of version 1; a controller is one.
    v1: BTreeSet<String>,
    kernel: Kernel,
}

/// The hierarchy of version 2.
#[derive(Default)]
struct Unified {
    controllers: BTreeSet<String>,
    read_only: bool,
    /// Its top is a group of the kernel's real tree, as in a cgroup namespace.
    nested: bool,
    /// There are processes in its top.
    busy: bool,
}

pub fn check() -> Check {
    verdict(&Found::here())
}

/// Whether the machine's controllers belong to version 2 alone.
pub fn are_version_2() -> bool {
    let found = Found::here();
    found.unified.is_some() && found.v1.is_empty()
}

impl Found {
    fn here() -> Self {
        let mut found = Self {
            kernel: Kernel {
                controllers: CGroupControllers::current()
                    .map_or_else(|_| Vec::new(), |list| list.0),
                command_line: fs::read_to_string("/proc/cmdline").unwrap_or_default(),
            },
            ..Self::default()
        };
        for mount in procfs::mounts().unwrap_or_default() {
            let place = Path::new(&mount.fs_file);
            if !place.starts_with(PLACE) {
                continue;
            }
            match mount.fs_vfstype.as_str() {
                "cgroup2" => {
                    let read_only = mount.fs_mntops.contains_key("ro");
                    found.unified = Some(Unified::at(place, read_only));
                }
                "cgroup" => found.v1.extend(mount.fs_mntops.into_keys()),
                _ => {}
            }
        }
        found
    }
}

impl Unified {
    fn at(place: &Path, read_only: bool) -> Self {
        let read = |name: &str| fs::read_to_string(place.join(name)).unwrap_or_default();
        Self {
            controllers: read("cgroup.controllers")
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            read_only,
            // Every group but the real root has this file.
            nested: place.join("cgroup.type").exists(),
            busy: !read("cgroup.procs").trim().is_empty(),
        }
    }
}

fn verdict(found: &Found) -> Check {
    match &found.unified {
        None if found.v1.is_empty() => Check::fail(
            NAME,
            "none is mounted",
            format!("mount them: mount -t cgroup2 none {PLACE}"),
        ),
        Some(unified) if found.v1.is_empty() => version_2(unified, found),
        unified => version_1(unified.as_ref(), found),
    }
}

fn version_2(unified: &Unified, found: &Found) -> Check {
    let missing = missing(&NEEDED_2, &unified.controllers);
    let mut taken = missing.clone();
    taken.retain(|one| found.kernel.gives_version_1(one.name));
    if !taken.is_empty() {
        return split(unified, &taken);
    }
    if !missing.is_empty() {
        return lacks(&missing, found, IN_A_CONTAINER.into());
    }
    if unified.read_only {
        return Check::fail(NAME, "version 2, mounted read-only", IN_A_CONTAINER);
    }
    // The kernel hands controllers on from no group with processes, its real root excepted.
    if unified.nested && unified.busy {
        return Check::fail(
            NAME,
            "version 2, in a cgroup namespace with processes at its top: no controller can be \
             handed on",
            IN_A_CONTAINER,
        );
    }
    let controllers: Vec<_> = unified.controllers.iter().map(String::as_str).collect();
    Check::ok(NAME, format!("version 2: {}", controllers.join(", ")))
}

fn version_1(unified: Option<&Unified>, found: &Found) -> Check {
    let missing = missing(&NEEDED_1, &found.v1);
    let Some(first) = missing.first() else {
        return Check::ok(NAME, "version 1");
    };
    // A hybrid machine mounts an empty unified hierarchy beside version 1; this one is not empty.
    let elsewhere = |unified: &&Unified| {
        let mut missing = missing.iter();
        missing.any(|one| unified.controllers.contains(one.name))
    };
    if let Some(unified) = unified.filter(elsewhere) {
        let mut taken = NEEDED_1.to_vec();
        taken.retain(|one| found.v1.contains(one.name));
        return split(unified, &taken);
    }
    let name = first.name;
    let fix = format!("mount each, as: mount -t cgroup -o {name} none {PLACE}/{name}");
    lacks(&missing, found, fix)
}

fn missing(needed: &[Controller], there: &BTreeSet<String>) -> Vec<Controller> {
    let missing = needed.iter().filter(|one| !there.contains(one.name));
    missing.copied().collect()
}

/// Some controllers are in version 2 and `taken` in version 1, where one program sees only one.
fn split(unified: &Unified, taken: &[Controller]) -> Check {
    let mut there = NEEDED_2.to_vec();
    there.retain(|one| unified.controllers.contains(one.name));
    let shown = |controllers: &[Controller]| match controllers {
        [] => "none".to_owned(),
        some => names(some),
    };
    Check::fail(
        NAME,
        format!(
            "split: version 2 has {}, version 1 has {}",
            shown(&there),
            shown(taken)
        ),
        "give all to version 2: start the kernel with systemd.unified_cgroup_hierarchy=1",
    )
}

/// `fix`: the remedy where the kernel has what is missing.
fn lacks(missing: &[Controller], found: &Found, fix: String) -> Check {
    let there = || ("the kernel has it, and it is not given here".into(), fix);
    let (why, fix) = found.kernel.lacks(missing).unwrap_or_else(there);
    Check::fail(
        NAME,
        format!("no controller {}: {why}", names(missing)),
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{check::Status, controllers::tests::line};

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// A machine where version 2 has these controllers.
    fn v2(controllers: &[&str]) -> Found {
        Found {
            unified: Some(Unified {
                controllers: set(controllers),
                ..Unified::default()
            }),
            ..Found::default()
        }
    }

    const V1: [&str; 7] = [
        "cpu", "cpuacct", "cpuset", "devices", "memory", "pids", "rw",
    ];

    fn failed(found: &Found, what: &str, fix: &str) {
        let check = verdict(found);
        assert_eq!(check.status, Status::Fail, "{check:?}");
        assert!(check.found.contains(what), "{check:?}");
        assert!(check.fix.contains(fix), "{check:?}");
    }

    #[test]
    fn either_version_will_do() {
        let check = verdict(&v2(&["cpu", "cpuset", "io", "memory", "pids"]));
        assert_eq!(check.status, Status::Ok);
        assert_eq!(check.found, "version 2: cpu, cpuset, io, memory, pids");
        let mut hybrid = v2(&[]);
        hybrid.v1 = set(&V1);
        assert_eq!(verdict(&hybrid).found, "version 1");
    }

    #[test]
    fn what_the_kubelet_takes_only_where_it_is_may_be_missing() {
        let check = verdict(&v2(&["cpu", "memory", "pids"]));
        assert_eq!(check.status, Status::Ok);
    }

    #[test]
    fn version_1_needs_more() {
        let v1: Vec<_> = V1.into_iter().filter(|name| *name != "cpuset").collect();
        let mut found = v2(&[]);
        found.v1 = set(&v1);
        found.kernel.controllers = vec![line("cpuset", 0, true)];
        failed(
            &found,
            "no controller cpuset",
            "-o cpuset none /sys/fs/cgroup/cpuset",
        );
    }

    #[test]
    fn a_controller_that_the_kernel_has_turned_off_is_named() {
        let mut found = v2(&["cpu", "pids"]);
        found.kernel.controllers = vec![line("memory", 0, false)];
        let what = "no controller memory: the kernel has memory turned off";
        failed(&found, what, "cgroup_enable=memory");
    }

    #[test]
    fn a_container_that_was_not_given_a_controller_is_told_how_to_ask() {
        let mut found = v2(&["cpu", "memory"]);
        found.kernel.controllers = vec![line("pids", 0, true)];
        failed(
            &found,
            "no controller pids: the kernel has it",
            "--cgroupns=host",
        );
    }

    #[test]
    fn controllers_in_both_versions_are_of_use_to_nobody() {
        let fix = "systemd.unified_cgroup_hierarchy=1";
        let mut hybrid = v2(&["memory"]);
        hybrid.v1 = set(&["cpu", "cpuacct", "cpuset", "devices", "pids", "rw"]);
        failed(&hybrid, "version 2 has memory, version 1 has cpu,", fix);
        let mut named = v2(&["cpu", "memory", "pids"]);
        named.v1 = set(&["name=systemd", "rw"]);
        failed(
            &named,
            "version 2 has cpu, memory, pids, version 1 has none",
            fix,
        );
        let mut out_of_sight = v2(&["memory", "pids"]);
        out_of_sight.kernel.controllers = vec![line("cpu", 4, true)];
        failed(&out_of_sight, "version 1 has cpu", fix);
    }

    #[test]
    fn a_namespace_with_processes_at_its_top_hands_no_controller_on() {
        let with = |nested, busy| {
            let mut found = v2(&["cpu", "memory", "pids"]);
            let unified = found.unified.as_mut().unwrap();
            (unified.nested, unified.busy) = (nested, busy);
            found
        };
        assert_eq!(verdict(&with(false, true)).status, Status::Ok);
        assert_eq!(verdict(&with(true, false)).status, Status::Ok);
        failed(
            &with(true, true),
            "cgroup namespace",
            "--cgroupns=host --privileged",
        );
    }

    #[test]
    fn a_hierarchy_that_cannot_be_written_is_none() {
        let mut found = v2(&["cpu", "memory", "pids"]);
        found.unified.as_mut().unwrap().read_only = true;
        failed(&found, "read-only", "--privileged");
    }

    #[test]
    fn no_cgroup_at_all_is_said_so() {
        assert_eq!(verdict(&Found::default()).found, "none is mounted");
    }
}
