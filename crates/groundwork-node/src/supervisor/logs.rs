//! Keeps the log files from growing without end.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use crate::error::{Error, at};

/// A log that has grown to this size, in bytes, is rotated. With one old copy each, the node's
/// logs take at most some 500 MiB.
const LIMIT: u64 = 32 << 20;

/// Rotates every log in `folder` that has become too large.
pub fn rotate(folder: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(at("read", folder))?.flatten() {
        let path = entry.path();
        let is_log = path.extension().is_some_and(|kind| kind == "log");
        // The API server rotates its audit log itself; the old ones are audit-TIME.log.
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_ours = is_log && name != "audit" && !name.starts_with("audit-");
        if is_ours && entry.metadata().is_ok_and(|meta| meta.len() >= LIMIT) {
            keep_old(&path)?;
        }
    }
    Ok(())
}

/// Moves the content away and empties the file: its process keeps it open for appending.
fn keep_old(path: &Path) -> Result<(), Error> {
    let old = path.with_extension("log.1");
    fs::copy(path, &old).map_err(at("copy", path))?;
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|file| file.set_len(0))
        .map_err(at("empty", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_becomes_an_old_copy_and_a_small_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let audit = ["audit.log", "audit-2026-01-01T00-00-00.000.log"];
        for name in ["large.log", audit[0], audit[1]] {
            fs::File::create(path(name))
                .unwrap()
                .set_len(LIMIT)
                .unwrap();
        }
        fs::write(path("small.log"), "x").unwrap();
        rotate(folder.path()).unwrap();
        let size = |name| path(name).metadata().unwrap().len();
        assert_eq!(size("large.log"), 0);
        assert_eq!(size("large.log.1"), LIMIT);
        assert_eq!(audit.map(size), [LIMIT, LIMIT]);
        assert_eq!(size("small.log"), 1);
    }
}
