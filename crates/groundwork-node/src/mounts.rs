//! Mounts that the node leaves behind: pods' volumes, containers' roots, network namespaces.

use std::path::{Path, PathBuf};

use rustix::mount::{UnmountFlags, unmount};

use crate::error::{Error, system};

/// Unmounts everything below each of `roots`, the innermost first. A root itself may be a person's
/// own disk and stays.
///
/// # Errors
/// [`Error::System`] naming the mount that refused.
pub fn unmount_below(roots: &[PathBuf]) -> Result<(), Error> {
    let mounted = procfs::process::Process::myself()
        .and_then(|process| process.mountinfo())
        .map_err(|error| {
            system("read the mount table")(std::io::Error::other(error.to_string()))
        })?;
    let points = mounted.into_iter().map(|mount| mount.mount_point).collect();
    for point in below(points, roots) {
        // Lazily: a file that a dying process still holds open must not stop us.
        match unmount(&point, UnmountFlags::DETACH) {
            // A shared parent took it along.
            Ok(()) | Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOENT) => {}
            Err(errno) => return Err(system(format!("unmount {}", point.display()))(errno)),
        }
    }
    Ok(())
}

/// Those of `points` that are below one of `roots`, the last mounted first.
fn below(points: Vec<PathBuf>, roots: &[PathBuf]) -> Vec<PathBuf> {
    let ours = |point: &Path| {
        roots
            .iter()
            .any(|root| point.starts_with(root) && point != root)
    };
    let mut points: Vec<PathBuf> = points.into_iter().filter(|point| ours(point)).collect();
    points.reverse();
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mounts_below_the_roots_are_taken_and_the_last_comes_first() {
        let points = ["/", "/state", "/state/a", "/state-of-others", "/run/x/y"];
        let found = below(
            points.iter().map(PathBuf::from).collect(),
            &["/state".into(), "/run/x".into()],
        );
        assert_eq!(found, ["/run/x/y", "/state/a"].map(PathBuf::from));
    }
}
