//! The archive of the broker's classes: with it the virtual machine maps what it would otherwise
//! read, parse and check again at every start.
//!
//! The image cannot carry it, since the virtual machine does not make the same archive twice
//! (docs/decisions/0007). So the first start on a volume lists the classes that it loads. An archive
//! is made of them once the broker works, and every later start uses it. One that does not fit is
//! ignored by the virtual machine.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::java::{JAVA, KAFKA, java};

/// What the names of its files begin with.
const PREFIX: &str = "classes-";

/// An archive of the classes of one runtime and one set of jars.
pub(crate) struct Archive {
    folder: PathBuf,
    name: String,
}

impl Archive {
    /// The archive of this image's programs in `folder`.
    pub(crate) fn of_image(folder: &Path) -> io::Result<Self> {
        let programs = [fs::canonicalize(JAVA)?, fs::canonicalize(KAFKA)?];
        Ok(Self::of(folder, &programs))
    }

    /// The paths of `programs` tell versions apart: they are in a store that names each by its content.
    fn of(folder: &Path, programs: &[PathBuf]) -> Self {
        let mut hash = Sha256::new();
        for program in programs {
            hash.update(program.as_os_str().as_encoded_bytes());
            hash.update([0]);
        }
        // A part of it is enough to tell a few apart.
        let bytes = hash.finalize();
        let name = bytes
            .iter()
            .take(8)
            .fold(0_u64, |name, byte| (name << 8) | u64::from(*byte));
        Self {
            folder: folder.into(),
            name: format!("{PREFIX}{name:016x}"),
        }
    }

    /// What a start adds to the virtual machine's options: the archive, or that the classes be listed.
    pub(crate) fn option(&self) -> String {
        let (archive, list) = (self.file("jsa"), self.file("list"));
        if archive.exists() {
            format!("-XX:SharedArchiveFile={}", archive.display())
        } else {
            format!("-XX:DumpLoadedClassList={}", list.display())
        }
    }

    /// Makes the archive from the list of a broker that runs. Says whether there was anything to do.
    pub(crate) fn make(&self) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let (archive, list) = (self.file("jsa"), self.file("list"));
        if archive.exists() || !list.exists() {
            return Ok(false);
        }
        // The broker still appends to its list, and a line that is half written would be refused.
        let (kept, made) = (self.file("list.kept"), self.file("jsa.new"));
        fs::write(&kept, whole_lines(&fs::read_to_string(&list)?))?;
        let dump = java()
            .arg("-Xshare:dump")
            // NB: the broker's collector and heap (statefulset.yaml), or its objects could not be mapped.
            .args(["-XX:+UseG1GC", "-Xmx256m"])
            .arg(format!("-XX:SharedClassListFile={}", kept.display()))
            .arg(format!("-XX:SharedArchiveFile={}", made.display()));
        dump.run()?;
        // Whole on disk before it has its name: a file of that name is never made again.
        fs::File::open(&made)?.sync_all()?;
        fs::rename(&made, &archive)?;
        fs::remove_file(&kept)?;
        fs::remove_file(&list)?;
        Ok(true)
    }

    /// Removes what other versions have left.
    pub(crate) fn remove_others(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(PREFIX) && !name.starts_with(&self.name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.name))
    }
}

/// `text` up to its last newline.
fn whole_lines(text: &str) -> &str {
    text.rfind('\n').map_or("", |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_lists_the_classes_and_later_ones_use_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::of(folder.path(), &["/store/a-jre/bin/java".into()]);
        assert!(archive.option().starts_with("-XX:DumpLoadedClassList="));
        fs::write(archive.file("jsa"), "").unwrap();
        assert!(archive.option().starts_with("-XX:SharedArchiveFile="));
    }

    #[test]
    fn what_another_version_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let old = Archive::of(folder.path(), &["/store/a-jre".into()]);
        let new = Archive::of(folder.path(), &["/store/b-jre".into()]);
        for file in [
            old.file("jsa"),
            old.file("list"),
            new.file("jsa"),
            folder.path().join("data"),
        ] {
            fs::write(file, "").unwrap();
        }
        new.remove_others().unwrap();
        assert!(!old.file("jsa").exists() && !old.file("list").exists());
        assert!(new.file("jsa").exists() && folder.path().join("data").exists());
    }

    #[test]
    fn without_a_list_there_is_nothing_to_make() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Archive::of(folder.path(), &[]).make().unwrap());
    }

    #[test]
    fn a_line_that_is_half_written_is_left_out() {
        assert_eq!(whole_lines("a/B\nc/D\ne"), "a/B\nc/D\n");
        assert_eq!(whole_lines("a"), "");
    }
}
