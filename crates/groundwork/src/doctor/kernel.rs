//! Whether the kernel has what containers need, built in or as a module that it can load.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use procfs::ConfigSetting;

use super::{cgroups, check::Check};

/// A feature and where its traces are.
struct Feature {
    name: &'static str,
    /// The option in the kernel's configuration.
    option: &'static str,
    /// The module's file name.
    module: &'static str,
    /// What is lost without it; `None` when all of the stack needs it.
    optional: Option<&'static str>,
}

const FEATURES: [Feature; 6] = [
    Feature {
        name: "overlayfs",
        option: "CONFIG_OVERLAY_FS",
        module: "overlay",
        optional: None,
    },
    Feature {
        name: "bridge",
        option: "CONFIG_BRIDGE",
        module: "bridge",
        optional: None,
    },
    Feature {
        name: "veth",
        option: "CONFIG_VETH",
        module: "veth",
        optional: None,
    },
    Feature {
        name: "nf_tables",
        option: "CONFIG_NF_TABLES",
        module: "nf_tables",
        optional: None,
    },
    Feature {
        name: "conntrack",
        option: "CONFIG_NF_CONNTRACK",
        module: "nf_conntrack",
        optional: None,
    },
    Feature {
        name: "br_netfilter",
        option: "CONFIG_BRIDGE_NETFILTER",
        module: "br_netfilter",
        optional: Some(
            "a pod may not reach a Service whose pod is on the same bridge, and between pods no NetworkPolicy holds",
        ),
    },
];

/// What only the kernel's configuration tells: a name, the option, and what needs it.
type Setting = (&'static str, &'static str, &'static str);

/// The kubelet gives every container a CPU period, and runc fails where it cannot write it.
const CPU_QUOTA: Setting = (
    "CPU quota",
    "CONFIG_CFS_BANDWIDTH",
    "runc sets each container's CPU period",
);
/// Version 1 has a controller for it instead; the check of cgroups looks for that one.
const DEVICE_CONTROL: Setting = (
    "device control",
    "CONFIG_CGROUP_BPF",
    "runc keeps containers from devices with it",
);

/// The namespaces that runc creates for a pod, as /proc/self/ns calls them.
const NAMESPACES: [&str; 6] = ["cgroup", "ipc", "mnt", "net", "pid", "uts"];

/// The traces that a kernel leaves of what it can do.
#[derive(Default)]
struct Kernel {
    release: String,
    /// /proc/filesystems, /proc/modules and modules.builtin: what is there for certain.
    present: HashSet<String>,
    /// modules.dep: what can be loaded.
    loadable: HashSet<String>,
    /// The kernel's configuration, where it is shown.
    config: Option<HashMap<String, ConfigSetting>>,
}

pub fn checks() -> Vec<Check> {
    let kernel = Kernel::this();
    let mut checks: Vec<_> = FEATURES
        .iter()
        .map(|feature| verdict(feature, &kernel))
        .collect();
    checks.push(namespaces(|name| {
        Path::new("/proc/self/ns").join(name).exists()
    }));
    // containerd mounts one into each container; it is never a module.
    checks.push(shown(
        "message queues",
        kernel.present.contains("mqueue"),
        "CONFIG_POSIX_MQUEUE",
    ));
    checks.push(shown("seccomp", filters_calls(), "CONFIG_SECCOMP_FILTER"));
    let mut settings = vec![CPU_QUOTA];
    if cgroups::are_version_2() {
        settings.push(DEVICE_CONTROL);
    }
    checks.extend(settings.iter().filter_map(|one| setting(one, &kernel)));
    checks
}

/// Whether containers' system calls can be filtered, which the kubelet asks for by default. Either
/// trace will do: a sandbox may hide one.
fn filters_calls() -> bool {
    Path::new("/proc/sys/kernel/seccomp/actions_avail").exists()
        || fs::read_to_string("/proc/self/status")
            .is_ok_and(|text| text.contains("Seccomp_filters"))
}

impl Kernel {
    fn this() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let release = read("/proc/sys/kernel/osrelease").trim().to_owned();
        let modules = format!("/lib/modules/{release}");
        let mut present: HashSet<_> = read("/proc/filesystems")
            .lines()
            .filter_map(|line| line.split_whitespace().last().map(str::to_owned))
            .collect();
        present.extend(procfs::modules().unwrap_or_default().into_keys());
        present.extend(module_names(&read(&format!("{modules}/modules.builtin"))));
        Self {
            present,
            loadable: module_names(&read(&format!("{modules}/modules.dep"))).collect(),
            config: procfs::kernel_config().ok(),
            release,
        }
    }
}

/// The names in a list of module files, as `kernel/net/bridge/bridge.ko.xz: …`.
fn module_names(list: &str) -> impl Iterator<Item = String> {
    list.lines().filter_map(|line| {
        let file = line.split(':').next()?.rsplit('/').next()?;
        Some(file.split(".ko").next()?.replace('-', "_"))
    })
}

fn verdict(feature: &Feature, kernel: &Kernel) -> Check {
    let Feature {
        name,
        option,
        module,
        optional,
    } = feature;
    let lacks = |found: String, fix: String| match optional {
        Some(loss) => Check::warn(name, format!("{found}: {loss}"), fix),
        None => Check::fail(name, found, fix),
    };
    if kernel.present.contains(*module) {
        return Check::ok(name, "in the kernel");
    }
    if kernel.loadable.contains(*module) {
        return Check::ok(name, "a module that can be loaded");
    }
    let setting = kernel.config.as_ref().map(|config| config.get(*option));
    match setting {
        Some(Some(ConfigSetting::Yes)) => Check::ok(name, "in the kernel"),
        Some(Some(ConfigSetting::Module)) => lacks(
            format!("its module {module} is not installed"),
            format!("install the modules of kernel {}", kernel.release),
        ),
        Some(_) => lacks(
            format!("kernel {} was built without it", kernel.release),
            format!("use a kernel with {option}=y or =m"),
        ),
        // In a container the host's modules and configuration are often out of sight.
        None => Check::warn(
            name,
            "the kernel does not tell whether it has it",
            format!("if `up` fails, load it on the host: modprobe {module}"),
        ),
    }
}

/// Judges what a kernel shows whenever it has it.
fn shown(name: &str, there: bool, option: &str) -> Check {
    if there {
        Check::ok(name, "in the kernel")
    } else {
        Check::fail(
            name,
            "the kernel was built without it",
            format!("use a kernel with {option}=y"),
        )
    }
}

/// Judges what only the configuration tells; without one there is nothing to say.
fn setting((name, option, need): &Setting, kernel: &Kernel) -> Option<Check> {
    let config = kernel.config.as_ref()?;
    Some(match config.get(*option) {
        Some(ConfigSetting::Yes) => Check::ok(name, "in the kernel"),
        _ => Check::fail(
            name,
            format!("kernel {} was built without it: {need}", kernel.release),
            format!("use a kernel with {option}=y"),
        ),
    })
}

fn namespaces(exists: impl Fn(&str) -> bool) -> Check {
    let missing: Vec<_> = NAMESPACES
        .into_iter()
        .filter(|name| !exists(name))
        .collect();
    if missing.is_empty() {
        Check::ok("namespaces", NAMESPACES.join(", "))
    } else {
        Check::fail(
            "namespaces",
            format!("the kernel lacks {}", missing.join(", ")),
            "use a kernel with CONFIG_NAMESPACES=y and all of CONFIG_*_NS=y",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    fn config(option: &str, setting: ConfigSetting) -> Kernel {
        Kernel {
            release: "6.1.0".into(),
            config: Some(HashMap::from([(option.into(), setting)])),
            ..Kernel::default()
        }
    }

    fn feature(name: &str) -> &'static Feature {
        FEATURES.iter().find(|one| one.name == name).unwrap()
    }

    #[test]
    fn a_module_that_can_be_loaded_is_as_good_as_a_loaded_one() {
        let kernel = Kernel {
            loadable: module_names("kernel/fs/overlayfs/overlay.ko.xz: kernel/x.ko").collect(),
            ..Kernel::default()
        };
        assert_eq!(verdict(feature("overlayfs"), &kernel).status, Status::Ok);
    }

    #[test]
    fn a_configured_module_without_its_file_is_missing() {
        let kernel = config("CONFIG_VETH", ConfigSetting::Module);
        let check = verdict(feature("veth"), &kernel);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.fix, "install the modules of kernel 6.1.0");
    }

    #[test]
    fn a_kernel_without_the_option_is_told_which() {
        let kernel = config("CONFIG_VETH", ConfigSetting::Yes);
        let check = verdict(feature("overlayfs"), &kernel);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.fix, "use a kernel with CONFIG_OVERLAY_FS=y or =m");
        let check = verdict(feature("br_netfilter"), &kernel);
        assert_eq!(check.status, Status::Warn, "br_netfilter is optional");
    }

    #[test]
    fn a_kernel_that_tells_nothing_is_given_the_benefit_of_the_doubt() {
        assert_eq!(
            verdict(feature("overlayfs"), &Kernel::default()).status,
            Status::Warn
        );
    }

    #[test]
    fn conntrack_is_needed() {
        let kernel = config("CONFIG_VETH", ConfigSetting::Yes);
        let check = verdict(feature("conntrack"), &kernel);
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.fix, "use a kernel with CONFIG_NF_CONNTRACK=y or =m");
    }

    #[test]
    fn what_a_kernel_always_shows_is_missing_when_it_does_not() {
        assert_eq!(shown("seccomp", true, "CONFIG_X").status, Status::Ok);
        let check = shown("seccomp", false, "CONFIG_SECCOMP_FILTER");
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.fix, "use a kernel with CONFIG_SECCOMP_FILTER=y");
    }

    #[test]
    fn an_option_is_judged_only_by_a_configuration_that_is_shown() {
        assert_eq!(setting(&DEVICE_CONTROL, &Kernel::default()), None);
        let without = config("CONFIG_VETH", ConfigSetting::Yes);
        let check = setting(&DEVICE_CONTROL, &without).unwrap();
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.fix, "use a kernel with CONFIG_CGROUP_BPF=y");
        let with = config("CONFIG_CFS_BANDWIDTH", ConfigSetting::Yes);
        assert_eq!(setting(&CPU_QUOTA, &with).unwrap().status, Status::Ok);
    }

    #[test]
    fn a_missing_namespace_is_named() {
        let check = namespaces(|name| name != "net");
        assert_eq!(check.found, "the kernel lacks net");
    }
}
