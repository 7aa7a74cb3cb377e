//! What is different where Windows runs this Linux (WSL): systemd, control groups and network are settings there.

use std::{fs, path::Path};

use super::{cgroups, check::Check};

const NAME: &str = "windows";

/// How Windows runs this Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wsl {
    /// System calls that Windows answers; there is no Linux kernel.
    One,
    /// A virtual machine with a kernel of Microsoft's.
    Two,
}

/// What its settings are.
#[derive(Debug, Clone, Copy)]
struct Settings {
    systemd: bool,
    /// The controllers belong to cgroups of version 2 alone.
    version_2: bool,
    /// Windows' own network interfaces are here, and both share one loopback.
    mirrored: bool,
}

/// Nothing where no Windows runs this Linux.
pub fn check() -> Option<Check> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let settings = Settings {
        // As sd_booted(3) decides it.
        systemd: Path::new("/run/systemd/system").is_dir(),
        version_2: cgroups::are_version_2(),
        // What the mirrored mode adds for the loopback of Windows.
        mirrored: Path::new("/sys/class/net/loopback0").exists(),
    };
    Some(verdict(detect(release.trim())?, settings))
}

/// `5.15.153.1-microsoft-standard-WSL2` is the second; the first calls itself `4.4.0-19041-Microsoft`.
fn detect(release: &str) -> Option<Wsl> {
    let release = release.to_ascii_lowercase();
    if release.starts_with("4.4.") && release.ends_with("-microsoft") {
        Some(Wsl::One)
    } else if release.contains("microsoft") || release.contains("wsl2") {
        Some(Wsl::Two)
    } else {
        None
    }
}

fn verdict(wsl: Wsl, settings: Settings) -> Check {
    if wsl == Wsl::One {
        return Check::fail(
            NAME,
            "WSL 1, which has no Linux kernel",
            "in Windows: wsl --set-version NAME 2, with the name that wsl --list shows",
        );
    }
    let mut found = vec!["WSL 2"];
    let mut fixes = Vec::new();
    if settings.systemd {
        found.push("systemd on");
    } else {
        found.push("systemd off: `up --enable` and Nix for ordinary users need it");
        fixes.push("write '[boot]' and 'systemd=true' as two lines into /etc/wsl.conf");
    }
    if settings.version_2 {
        found.push("cgroups of version 2");
    } else {
        found.push("cgroups of version 1, which the kubelet means to drop");
        fixes.push(
            "write '[wsl2]' and 'kernelCommandLine=cgroup_no_v1=all' as two lines into \
             %UserProfile%\\.wslconfig",
        );
    }
    if settings.mirrored {
        found.push("mirrored network: a port that a program of Windows holds is taken here too");
    } else {
        found.push("a network of its own");
    }
    let found = found.join("; ");
    if fixes.is_empty() {
        return Check::ok(NAME, found);
    }
    let fix = fixes.join(", and ");
    Check::warn(
        NAME,
        found,
        format!("{fix}; then in Windows: wsl --shutdown"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    const BEST: Settings = Settings {
        systemd: true,
        version_2: true,
        mirrored: false,
    };

    #[test]
    fn windows_is_known_by_the_name_of_the_kernel() {
        for release in [
            "5.15.153.1-microsoft-standard-WSL2",
            "6.6.87.2-microsoft-standard-WSL2",
            "6.1.21-custom-WSL2+",
        ] {
            assert_eq!(detect(release), Some(Wsl::Two), "{release}");
        }
        assert_eq!(detect("4.4.0-19041-Microsoft"), Some(Wsl::One));
        for release in ["6.1.0-13-cloud-amd64", "5.15.0-1053-azure", ""] {
            assert_eq!(detect(release), None, "{release}");
        }
    }

    #[test]
    fn the_first_wsl_cannot_run_a_node() {
        let check = verdict(Wsl::One, BEST);
        assert_eq!(check.status, Status::Fail);
        assert!(check.fix.contains("wsl --set-version"), "{check:?}");
    }

    #[test]
    fn with_systemd_and_version_2_there_is_nothing_to_do() {
        let check = verdict(Wsl::Two, BEST);
        assert_eq!(check.status, Status::Ok);
        assert!(check.found.starts_with("WSL 2; systemd on"), "{check:?}");
    }

    #[test]
    fn each_setting_that_is_missing_is_told_with_the_file_it_belongs_into() {
        let without_systemd = Settings {
            systemd: false,
            ..BEST
        };
        let check = verdict(Wsl::Two, without_systemd);
        assert_eq!(check.status, Status::Warn);
        assert!(check.fix.contains("/etc/wsl.conf"), "{check:?}");
        assert!(!check.fix.contains(".wslconfig"), "{check:?}");
        assert!(check.fix.ends_with("wsl --shutdown"), "{check:?}");
        let version_1 = Settings {
            version_2: false,
            ..BEST
        };
        let check = verdict(Wsl::Two, version_1);
        assert_eq!(check.status, Status::Warn);
        assert!(check.fix.contains(".wslconfig"), "{check:?}");
        assert!(!check.fix.contains("/etc/wsl.conf"), "{check:?}");
    }

    #[test]
    fn a_mirrored_network_shares_the_ports_of_windows() {
        let mirrored = Settings {
            mirrored: true,
            ..BEST
        };
        assert!(verdict(Wsl::Two, mirrored).found.contains("taken here too"));
        assert!(!verdict(Wsl::Two, BEST).found.contains("mirrored"));
    }
}
