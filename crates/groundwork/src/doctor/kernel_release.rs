//! Whether the kernel is new enough.

use std::fs;

use procfs::KernelVersion;

use super::check::Check;

const NAME: &str = "kernel";
/// kube-proxy in nftables mode ends at once below (`NFTablesKubeProxyKernelVersion` in Kubernetes).
const LEAST: (u8, u8) = (5, 13);

pub fn check() -> Check {
    verdict(release().trim())
}

/// The running kernel's version, as far as its release tells one.
pub fn version() -> Option<(u8, u8)> {
    parse(release().trim())
}

fn release() -> String {
    fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default()
}

/// `6.1.0-13-cloud-amd64` as (6, 1).
fn parse(release: &str) -> Option<(u8, u8)> {
    let version: KernelVersion = release.parse().ok()?;
    Some((version.major, version.minor))
}

fn verdict(release: &str) -> Check {
    let (major, minor) = LEAST;
    match parse(release) {
        Some(version) if version >= LEAST => Check::ok(NAME, release),
        Some(_) => Check::fail(
            NAME,
            format!("{release} is older than {major}.{minor}, which kube-proxy needs for nftables"),
            format!("install a kernel {major}.{minor} or later, and reboot"),
        ),
        None => Check::warn(
            NAME,
            format!("'{release}' is no version"),
            format!("if `up` fails, try a kernel {major}.{minor} or later: uname -r shows it"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn the_first_kernel_that_kube_proxy_takes_will_do() {
        assert_eq!(verdict("5.13.0-52-generic").status, Status::Ok);
        assert_eq!(verdict("6.1.0-13-cloud-amd64").status, Status::Ok);
    }

    #[test]
    fn an_older_one_is_told_with_the_least() {
        for release in ["5.4.0-150-generic", "5.12.19", "4.18.0-513.el8.x86_64"] {
            let check = verdict(release);
            assert_eq!(check.status, Status::Fail, "{release}");
            assert!(check.found.contains("5.13"), "{check:?}");
        }
    }

    #[test]
    fn a_release_that_is_no_number_is_not_judged() {
        assert_eq!(verdict("custom").status, Status::Warn);
    }
}
