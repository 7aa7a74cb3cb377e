//! What the machine's security modules do with pods and with the node's own programs.

use std::{fs, path::Path};

use super::check::Check;

const APPARMOR: &str = "AppArmor";
const SELINUX: &str = "SELinux";

/// What containerd looks at before it confines a pod.
#[derive(Clone, Copy)]
struct AppArmor {
    /// The kernel has it turned on.
    on: bool,
    /// Its files are mounted, below /sys/kernel/security.
    mounted: bool,
    /// The program that loads profiles is where containerd looks for it.
    parser: bool,
}

/// Whether SELinux is there, and does what its policy says.
#[derive(Clone, Copy)]
enum SeLinux {
    Off,
    Permissive,
    Enforcing,
}

pub fn checks() -> [Check; 2] {
    let word = |file: &str| {
        let text = fs::read_to_string(file).ok();
        text.map(|text| text.trim().to_owned())
    };
    let exists = |path: &str| Path::new(path).exists();
    let apparmor_here = AppArmor {
        on: word("/sys/module/apparmor/parameters/enabled").is_some_and(|word| word == "Y"),
        mounted: exists("/sys/kernel/security/apparmor"),
        parser: exists("/sbin/apparmor_parser"),
    };
    let selinux_here = match word("/sys/fs/selinux/enforce").as_deref() {
        None => SeLinux::Off,
        Some("1") => SeLinux::Enforcing,
        Some(_) => SeLinux::Permissive,
    };
    [apparmor(apparmor_here), selinux(selinux_here)]
}

fn apparmor(found: AppArmor) -> Check {
    let found = match found {
        AppArmor { on: false, .. } => "off",
        AppArmor { mounted: false, .. } => {
            "on; pods run unconfined, as /sys/kernel/security/apparmor is not there"
        }
        AppArmor { parser: false, .. } => {
            "on; pods run unconfined, as there is no /sbin/apparmor_parser"
        }
        _ => "on; pods get containerd's profile",
    };
    Check::ok(APPARMOR, found)
}

fn selinux(found: SeLinux) -> Check {
    match found {
        SeLinux::Off => Check::ok(SELINUX, "off"),
        SeLinux::Permissive => Check::ok(SELINUX, "permissive"),
        SeLinux::Enforcing => Check::warn(
            SELINUX,
            "enforcing: systemd may not start programs from /nix/store unless they are labelled",
            "semanage fcontext -a -t bin_t '/nix/store/[^/]+/s?bin(/.*)?' && \
             semanage fcontext -a -t lib_t '/nix/store/[^/]+/lib(/.*)?' && \
             restorecon -e /nix/store/.links -R /nix; until the next boot: setenforce 0",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    const ALL: AppArmor = AppArmor {
        on: true,
        mounted: true,
        parser: true,
    };

    #[test]
    fn pods_are_confined_only_where_containerd_finds_all_that_it_looks_for() {
        assert_eq!(apparmor(ALL).found, "on; pods get containerd's profile");
        let without_parser = apparmor(AppArmor {
            parser: false,
            ..ALL
        });
        assert!(without_parser.found.contains("no /sbin/apparmor_parser"));
        let unmounted = apparmor(AppArmor {
            mounted: false,
            ..ALL
        });
        assert!(unmounted.found.contains("/sys/kernel/security/apparmor"));
        assert_eq!(apparmor(AppArmor { on: false, ..ALL }).found, "off");
    }

    #[test]
    fn selinux_is_a_warning_only_where_it_enforces() {
        assert_eq!(selinux(SeLinux::Off).status, Status::Ok);
        assert_eq!(selinux(SeLinux::Permissive).status, Status::Ok);
        let check = selinux(SeLinux::Enforcing);
        assert_eq!(check.status, Status::Warn);
        assert!(check.fix.contains("restorecon"), "{check:?}");
    }
}
