//! What memory a process takes.

use procfs::{WithCurrentSystemInfo as _, process::Process};

/// Proportional set size of process `pid` in bytes; 0 when it has ended. It has its share of each page that it shares
/// with others, such as those of Kubernetes' one program: a sum over processes counts every page once.
///
/// Where the kernel does not tell it, the resident set size, in which shared pages count whole.
pub fn memory(pid: u32) -> u64 {
    let process = i32::try_from(pid).ok().map(Process::new);
    process.and_then(Result::ok).map_or(0, |process| {
        proportional(&process).unwrap_or_else(|| resident(&process))
    })
}

fn proportional(process: &Process) -> Option<u64> {
    let rollup = process.smaps_rollup().ok()?.memory_map_rollup;
    rollup.into_iter().next()?.extension.map.get("Pss").copied()
}

fn resident(process: &Process) -> u64 {
    process.stat().map_or(0, |stat| stat.rss_bytes().get())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use groundwork_process::exec::Command;

    use super::*;

    #[test]
    fn memory_that_two_processes_share_counts_once() {
        let sleep = Command::new("sleep").arg("60");
        let mut twins = [(); 2].map(|()| sleep.spawn_detached(Path::new("/dev/null")).unwrap());
        let (one, _) = (twins[0].id(), twins[1].id());
        let share = memory(one);
        let whole = resident(&Process::new(one.try_into().unwrap()).unwrap());
        for twin in &mut twins {
            twin.kill().unwrap();
            twin.wait().unwrap();
        }
        assert!(0 < share && share < whole, "{share} of {whole}");
        assert_eq!(memory(one), 0);
    }
}
