//! Whether this process may do what a node needs to do.

use super::check::Check;

const NAME: &str = "privileges";

/// Bits of the kernel's capability sets (linux/capability.h) that a node cannot do without.
const NEEDED: [(u8, &str); 9] = [
    (0, "CAP_CHOWN"),
    (1, "CAP_DAC_OVERRIDE"),
    (5, "CAP_KILL"),
    (6, "CAP_SETGID"),
    (7, "CAP_SETUID"),
    (8, "CAP_SETPCAP"),
    (12, "CAP_NET_ADMIN"),
    (18, "CAP_SYS_CHROOT"),
    (21, "CAP_SYS_ADMIN"),
];
/// Without it the out-of-memory scores of pods stay at the node's; everything else works.
const CAP_SYS_RESOURCE: u8 = 24;

pub fn check() -> Check {
    match procfs::process::Process::myself().and_then(|process| process.status()) {
        Ok(status) => verdict(status.euid == 0, status.capeff),
        Err(error) => Check::fail(
            NAME,
            format!("/proc/self/status cannot be read: {error}"),
            "mount procfs: mount -t proc proc /proc",
        ),
    }
}

fn verdict(root: bool, capabilities: u64) -> Check {
    if !root {
        return Check::fail(
            NAME,
            "an ordinary user, and no sudo",
            "run it as root, or install sudo",
        );
    }
    let has = |bit: u8| capabilities & (1 << bit) != 0;
    let missing: Vec<_> = NEEDED
        .iter()
        .filter(|(bit, _)| !has(*bit))
        .map(|(_, name)| *name)
        .collect();
    if !missing.is_empty() {
        return Check::fail(
            NAME,
            format!("root without {}", missing.join(", ")),
            "in a container, start it privileged (--privileged)",
        );
    }
    if has(CAP_SYS_RESOURCE) {
        Check::ok(NAME, "root")
    } else {
        Check::ok(
            NAME,
            "root without CAP_SYS_RESOURCE; pods keep the node's out-of-memory score",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn a_missing_capability_is_named() {
        let check = verdict(true, !(1 << 12));
        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.found, "root without CAP_NET_ADMIN");
    }

    #[test]
    fn sys_resource_is_missed_but_not_needed() {
        let check = verdict(true, !(1 << CAP_SYS_RESOURCE));
        assert_eq!(check.status, Status::Ok);
        assert!(check.found.contains("CAP_SYS_RESOURCE"), "{check:?}");
    }

    #[test]
    fn an_ordinary_user_cannot_start_a_node() {
        assert_eq!(verdict(false, 0).status, Status::Fail);
    }
}
