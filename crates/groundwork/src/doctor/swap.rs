//! Whether what pods hold in memory, Secrets first, may be written to a disk as swap.

use std::fs;

use super::{cgroups, check::Check, kernel_release};
use crate::table;

const NAME: &str = "swap";
/// The first kernel whose tmpfs can be kept out of swap; the kubelet keeps Secrets in one.
const NOSWAP: (u8, u8) = (6, 4);
const FIX: &str = "swapoff -a, unless that disk is encrypted";

/// A swap area.
struct Area {
    name: String,
    bytes: u64,
}

pub fn check() -> Check {
    let text = fs::read_to_string("/proc/swaps").unwrap_or_default();
    verdict(
        &areas(&text),
        cgroups::are_version_2(),
        kernel_release::version(),
    )
}

/// The areas in /proc/swaps: a line of titles, then `/dev/sda2 partition 1048572 0 -2`.
fn areas(text: &str) -> Vec<Area> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            let kib: u64 = words.nth(1)?.parse().ok()?;
            Some(Area {
                name,
                bytes: kib * 1024,
            })
        })
        .collect()
}

fn verdict(areas: &[Area], version_2: bool, kernel: Option<(u8, u8)>) -> Check {
    if areas.is_empty() {
        return Check::ok(NAME, "off");
    }
    let disks: Vec<_> = areas.iter().filter(|area| !in_memory(area)).collect();
    if disks.is_empty() {
        let size: u64 = areas.iter().map(|area| area.bytes).sum();
        return Check::ok(NAME, format!("{} of compressed memory", table::bytes(size)));
    }
    let size = table::bytes(disks.iter().map(|area| area.bytes).sum());
    if !version_2 {
        return Check::warn(
            NAME,
            format!("{size}; with cgroups of version 1, pods may be written to it"),
            FIX,
        );
    }
    match kernel {
        Some(version) if version >= NOSWAP => {
            Check::ok(NAME, format!("{size}; pods are kept out of it"))
        }
        _ => Check::warn(
            NAME,
            format!("{size}; pods are kept out of it, their Secrets only since kernel 6.4"),
            FIX,
        ),
    }
}

/// zram is compressed memory, not a disk.
fn in_memory(area: &Area) -> bool {
    area.name.starts_with("/dev/zram")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    const TITLES: &str = "Filename Type Size Used Priority\n";

    fn judged(lines: &str, version_2: bool, kernel: Option<(u8, u8)>) -> Check {
        verdict(&areas(&format!("{TITLES}{lines}")), version_2, kernel)
    }

    #[test]
    fn no_swap_is_off_and_nothing_else_is() {
        assert_eq!(judged("", false, None).found, "off");
        let check = judged("/swapfile file 2097148 0 -2", true, Some(NOSWAP));
        assert_eq!(check.status, Status::Ok);
        assert_eq!(check.found, "2.1 GB; pods are kept out of it");
    }

    #[test]
    fn secrets_may_be_swapped_before_the_kernel_that_can_forbid_it() {
        let disk = "/dev/sda2 partition 2097148 0 -2";
        assert_eq!(judged(disk, true, Some((6, 1))).status, Status::Warn);
        assert_eq!(judged(disk, true, None).status, Status::Warn);
    }

    #[test]
    fn version_1_keeps_no_pod_out_of_it() {
        let check = judged("/dev/sda2 partition 2097148 0 -2", false, Some((6, 18)));
        assert_eq!(check.status, Status::Warn);
        assert!(check.fix.contains("swapoff -a"), "{check:?}");
    }

    #[test]
    fn compressed_memory_is_no_disk_until_one_is_beside_it() {
        let zram = "/dev/zram0 partition 4194300 0 100";
        assert_eq!(judged(zram, false, Some((6, 1))).status, Status::Ok);
        let both = format!("{zram}\n/dev/sda2 partition 2097148 0 -2");
        let check = judged(&both, true, Some((6, 1)));
        assert_eq!(check.status, Status::Warn);
        assert!(check.found.starts_with("2.1 GB"), "{check:?}");
    }
}
