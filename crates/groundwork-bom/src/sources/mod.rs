//! Where parts are found, each ecosystem in its own way.

mod cargo;
mod debian;
mod go;
mod maven;
mod npm;
mod python;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{Error, Part, spec::Source};

/// All parts of a source.
pub(crate) fn read(source: &Source) -> Result<Vec<Part>, Error> {
    match source {
        Source::Go {
            programs,
            only,
            sums,
            licences,
        } => go::parts(programs, only, sums, licences),
        Source::Cargo { tree, lock } => cargo::parts(tree, lock),
        Source::Debian { pins, licences } => debian::parts(pins, licences),
        Source::Maven {
            jars,
            names,
            licences,
        } => maven::parts(jars, names, licences),
        Source::Python { packages, pins } => python::parts(packages, pins),
        Source::Npm { lock } => npm::parts(lock),
    }
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io("read", path))
}

/// What is in a folder, in the order of their names.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|it| it.path())).collect();
    let mut paths = paths.map_err(Error::io("read", folder))?;
    paths.sort();
    Ok(paths)
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
