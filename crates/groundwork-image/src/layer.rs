//! A layer: the sorted list of what is in it, and the tar file made from that list.
//!
//! Only content, names, links and the owner's executable bit of a source reach the tar file. Time
//! stamps, owners, other modes and hard links do not, so they cannot make two builds differ.

use std::{
    collections::{BTreeMap, btree_map::Entry as Slot},
    fs,
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Component, Path, PathBuf},
};

use tar::{EntryType, Header};

use crate::{Error, detach::Detached, spec::Layer};

const DIRECTORY: u32 = 0o755;
const EXECUTABLE: u32 = 0o555;
const PLAIN: u32 = 0o444;

/// What is at one place in the layer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Directory { mode: u32 },
    File { source: PathBuf, mode: u32 },
    Text(String),
    Symlink(PathBuf),
}

/// Everything in a layer by its path relative to the image's root, parents before children.
#[derive(Debug, Default)]
pub(crate) struct Entries(BTreeMap<PathBuf, Entry>);

impl Entries {
    /// Looks up everything that `layer` names, and puts it where `detached` has it.
    pub(crate) fn collect(layer: &Layer, detached: &Detached) -> Result<Self, Error> {
        let mut entries = Self::default();
        for path in &layer.store_paths {
            entries.insert_tree(path, &detached.path(path))?;
        }
        for file in &layer.files {
            let source = fs::canonicalize(&file.source).map_err(Error::source(&file.source))?;
            entries.insert_tree(&source, &file.target)?;
        }
        for text in &layer.text {
            entries.insert(&text.target, Entry::Text(text.content.clone()))?;
        }
        for symlink in &layer.symlinks {
            entries.insert(&symlink.link, Entry::Symlink(symlink.target.clone()))?;
        }
        for directory in &layer.directories {
            let mode = u32::from_str_radix(&directory.mode, 8)
                .ok()
                .filter(|mode| *mode <= 0o7777)
                .ok_or_else(|| Error::Mode {
                    path: directory.path.clone(),
                    mode: directory.mode.clone(),
                })?;
            entries.insert(&directory.path, Entry::Directory { mode })?;
        }
        entries.add_parents()?;
        Ok(entries)
    }

    fn insert_tree(&mut self, source: &Path, place: &Path) -> Result<(), Error> {
        let metadata = fs::symlink_metadata(source).map_err(Error::source(source))?;
        let kind = metadata.file_type();
        if kind.is_symlink() {
            let target = fs::read_link(source).map_err(Error::io("read", source))?;
            self.insert(place, Entry::Symlink(target))
        } else if kind.is_file() {
            self.insert(place, Entry::file(source, &metadata))
        } else if kind.is_dir() {
            self.insert(place, Entry::Directory { mode: DIRECTORY })?;
            for child in fs::read_dir(source).map_err(Error::io("list", source))? {
                let child = child.map_err(Error::io("list", source))?;
                self.insert_tree(&child.path(), &place.join(child.file_name()))?;
            }
            Ok(())
        } else {
            Err(Error::Kind {
                path: source.into(),
                wanted: "a file, a directory or a symbolic link",
            })
        }
    }

    fn insert(&mut self, path: &Path, entry: Entry) -> Result<(), Error> {
        match self.0.entry(relative(path)?) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
                Ok(())
            }
            Slot::Occupied(slot) if *slot.get() == entry => Ok(()),
            Slot::Occupied(_) => Err(Error::Twice(path.into())),
        }
    }

    fn add_parents(&mut self) -> Result<(), Error> {
        let parents: Vec<PathBuf> = self
            .0
            .keys()
            .flat_map(|path| path.ancestors().skip(1))
            .filter(|parent| *parent != Path::new(""))
            .map(PathBuf::from)
            .collect();
        for parent in parents {
            let place = Path::new("/").join(&parent);
            let mode = DIRECTORY;
            match self.0.entry(parent).or_insert(Entry::Directory { mode }) {
                Entry::Directory { .. } => {}
                _ => return Err(Error::Twice(place)),
            }
        }
        Ok(())
    }

    /// Writes the layer as a tar file, everything stamped `timestamp`, each store path as `detached` has it.
    pub(crate) fn write_tar(
        &self,
        timestamp: u32,
        detached: &Detached,
        writer: &mut dyn Write,
    ) -> Result<(), Error> {
        let mut tar = tar::Builder::new(writer);
        for (path, entry) in &self.0 {
            let failed = Error::io("put into the layer", path);
            entry
                .append(path, timestamp, detached, &mut tar)
                .map_err(failed)?;
        }
        tar.finish().map_err(Error::io("end", "the layer"))
    }
}

impl Entry {
    fn file(source: &Path, metadata: &fs::Metadata) -> Self {
        Self::File {
            source: source.into(),
            mode: match metadata.permissions().mode() & 0o100 {
                0 => PLAIN,
                _ => EXECUTABLE,
            },
        }
    }

    fn append<W: Write>(
        &self,
        path: &Path,
        timestamp: u32,
        detached: &Detached,
        tar: &mut tar::Builder<W>,
    ) -> io::Result<()> {
        // GNU's format, because it has room for names of any length and containerd reads it. Owner
        // and group stay 0, their names empty.
        let mut header = Header::new_gnu();
        header.set_mtime(timestamp.into());
        header.set_uid(0);
        header.set_gid(0);
        let mut put = |kind, mode, size, content: &mut dyn Read| {
            header.set_entry_type(kind);
            header.set_mode(mode);
            header.set_size(size);
            tar.append_data(&mut header, path, content)
        };
        match self {
            Self::Directory { mode } => put(EntryType::Directory, *mode, 0, &mut io::empty()),
            Self::Text(text) => put(
                EntryType::Regular,
                PLAIN,
                text.len() as u64,
                &mut text.as_bytes(),
            ),
            Self::File { source, mode } => {
                let content = detached.bytes(fs::read(source)?);
                let size = content.len() as u64;
                put(EntryType::Regular, *mode, size, &mut content.as_slice())
            }
            Self::Symlink(target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_mode(0o777);
                header.set_size(0);
                tar.append_link(&mut header, path, detached.path(target))
            }
        }
    }
}

/// The path as tar wants it: without the leading slash.
fn relative(path: &Path) -> Result<PathBuf, Error> {
    let mut components = path.components();
    let plain = components.next() == Some(Component::RootDir)
        && components.all(|component| matches!(component, Component::Normal(_)));
    match path.strip_prefix("/") {
        Ok(rest) if plain && rest != Path::new("") => Ok(rest.into()),
        _ => Err(Error::Place(path.into())),
    }
}
