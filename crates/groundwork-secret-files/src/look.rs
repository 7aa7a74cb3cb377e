//! A folder with one file per field: a volume that Kubernetes makes of a Secret, or any other.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use jiff::Timestamp;

use crate::{Fields, Secret, Value};

/// How often one look reads again when the folder changes meanwhile.
const TRIES: usize = 5;
/// In a volume, a link to the folder with the current version's files; one rename replaces it.
const LINK: &str = "..data";

/// What tells one version of the files from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// Where the volume's link leads.
    Link(PathBuf),
    /// Without a link: the files, with what changes when they are written or replaced.
    Files(Vec<(OsString, SystemTime, u64, u64)>),
}

/// The version in `folder`, whole, if it is not the one that is known; without a file, there is no secret.
///
/// # Errors
/// When the files cannot be read, or change faster than that.
pub fn look(folder: &Path, known: Option<&Stamp>) -> io::Result<Option<(Stamp, Option<Secret>)>> {
    for _ in 0..TRIES {
        let stamp = stamp(folder)?;
        if known == Some(&stamp) {
            return Ok(None);
        }
        let fields = read(folder, &stamp);
        // Only now it is certain that all was read from one version, and an error is one of its own.
        if self::stamp(folder)? == stamp {
            let fields = fields?;
            let secret = (!fields.is_empty()).then(|| Secret::new(version(&stamp), fields));
            return Ok(Some((stamp, secret)));
        }
    }
    Err(io::Error::other(
        "the files change faster than they can be read",
    ))
}

fn stamp(folder: &Path) -> io::Result<Stamp> {
    match fs::read_link(folder.join(LINK)) {
        Ok(target) => return Ok(Stamp::Link(target)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut files = vec![];
    for (name, path) in list(folder)? {
        let file = fs::metadata(path)?;
        files.push((name, file.modified()?, file.len(), file.ino()));
    }
    files.sort();
    Ok(Stamp::Files(files))
}

fn read(folder: &Path, stamp: &Stamp) -> io::Result<Fields> {
    let files = match stamp {
        // Not through the link: it may be another folder for the next file.
        Stamp::Link(target) => list(&folder.join(target))?,
        Stamp::Files(_) => list(folder)?,
    };
    let mut fields = Fields::new();
    for (name, path) in files {
        let name = name
            .into_string()
            .map_err(|_| io::Error::other("a file's name is not UTF-8"))?;
        // NB: read knows the size beforehand, so that no smaller buffer with a part of it is left behind.
        fields.insert(name, Value::new(fs::read(path)?));
    }
    Ok(fields)
}

/// The files that are fields; empty without the folder.
fn list(folder: &Path) -> io::Result<Vec<(OsString, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries?,
    };
    let mut files = vec![];
    for entry in entries {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        if !name.as_encoded_bytes().starts_with(b".") && path.is_file() {
            files.push((name, path));
        }
    }
    Ok(files)
}

fn version(stamp: &Stamp) -> String {
    match stamp {
        Stamp::Link(target) => target.to_string_lossy().trim_start_matches('.').to_owned(),
        Stamp::Files(files) => {
            let newest = files.iter().map(|(_, written, ..)| *written).max();
            let newest = newest.and_then(|newest| Timestamp::try_from(newest).ok());
            newest.unwrap_or_default().to_string()
        }
    }
}
