//! Texts looked for in bytes and in files, in every form in which they may lie there.
//!
//! Owned here: the forms, and walking a folder. Not owned: what is looked for, and where it may be.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use memchr::memmem::Finder;
use rustix::fs::statfs;

use crate::runner::CheckFailure;

/// How much is read at once.
const BUFFER: usize = 1 << 20;
/// What statfs(2) calls a file system in memory.
const TMPFS: u64 = 0x0102_1994;

/// What is looked for. A text is known by its place among those that were given.
#[derive(Clone)]
pub(super) struct Texts {
    forms: Vec<(usize, Finder<'static>)>,
    longest: usize,
}

impl Texts {
    /// Looks for `texts`: as they are, and in base64 at any offset.
    pub(super) fn new(texts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let texts = texts.into_iter().enumerate();
        let forms: Vec<_> = texts
            .flat_map(|(index, text)| {
                let text = text.as_ref();
                let encoded = (0..3).map(|before| within_base64(text, before));
                let all = encoded.chain([text.to_vec()]);
                all.map(move |form| (index, Finder::new(&form).into_owned()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let longest = forms.iter().map(|(_, form)| form.needle().len()).max();
        Self {
            longest: longest.unwrap_or(0),
            forms,
        }
    }

    /// Those that are in `bytes`.
    pub(super) fn within(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let found = self.forms.iter().filter(|(_, it)| it.find(bytes).is_some());
        found.map(|(index, _)| *index).collect()
    }

    /// Those that are in what `from` gives, and how many bytes that is.
    fn read(&self, from: &mut impl Read, buffer: &mut [u8]) -> io::Result<(BTreeSet<usize>, u64)> {
        let (mut found, mut bytes, mut kept) = (BTreeSet::new(), 0, 0);
        loop {
            let read = match from.read(&mut buffer[kept..]) {
                Ok(0) => return Ok((found, bytes)),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            bytes += read as u64;
            let end = kept + read;
            found.append(&mut self.within(&buffer[..end]));
            // A text may begin in this piece and end in the next.
            kept = end.min(self.longest.saturating_sub(1));
            buffer.copy_within(end - kept..end, 0);
        }
    }
}

/// The part of a base64 text that `text` alone determines when `before` bytes stand before it.
fn within_base64(text: &[u8], before: usize) -> Vec<u8> {
    let encoded = BASE64_STANDARD.encode([&vec![0; before], text].concat());
    // Six bits each.
    let (first, end) = ((8 * before).div_ceil(6), 8 * (before + text.len()) / 6);
    encoded.as_bytes()[first..end].to_vec()
}

/// What a walk through folders has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sweep {
    /// How many files were read.
    pub files: usize,
    /// How much that was.
    pub bytes: u64,
    /// Mounted file systems that were left out: they are in memory and go with the node.
    pub in_memory: usize,
    /// Each text, and a file that has it.
    pub found: BTreeSet<(usize, PathBuf)>,
}

impl Sweep {
    /// The files that have text `index`.
    pub(super) fn files_with(&self, index: usize) -> Vec<&Path> {
        let of_text = self.found.iter().filter(|(text, _)| *text == index);
        of_text.map(|(_, path)| path.as_path()).collect()
    }
}

/// Reads every file in `root` and its folders. A file that is removed meanwhile is skipped.
pub(super) fn sweep(root: &Path, texts: &Texts) -> Result<Sweep, CheckFailure> {
    let mut sweep = Sweep::default();
    let device = fs::metadata(root)
        .map_err(|error| failed(root, &error))?
        .dev();
    let (mut folders, mut buffer) = (vec![root.to_path_buf()], vec![0; BUFFER]);
    while let Some(folder) = folders.pop() {
        let Some(entries) = there(&folder, fs::read_dir(&folder))? else {
            continue;
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed(&folder, &error))?;
            let path = entry.path();
            let Some(meta) = there(&path, entry.metadata())? else {
                continue;
            };
            if meta.is_dir() && meta.dev() != device && in_memory(&path)? {
                sweep.in_memory += 1;
            } else if meta.is_dir() {
                folders.push(path);
            } else if meta.is_file() {
                let Some(mut file) = there(&path, File::open(&path))? else {
                    continue;
                };
                let read = texts.read(&mut file, &mut buffer);
                let (found, bytes) = read.map_err(|error| failed(&path, &error))?;
                sweep.files += 1;
                sweep.bytes += bytes;
                let found = found.into_iter().map(|text| (text, path.clone()));
                sweep.found.extend(found);
            }
        }
    }
    Ok(sweep)
}

/// `None` for what was removed meanwhile.
fn there<T>(path: &Path, result: io::Result<T>) -> Result<Option<T>, CheckFailure> {
    match result {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

fn in_memory(path: &Path) -> Result<bool, CheckFailure> {
    let kind = statfs(path)
        .map_err(|errno| failed(path, &errno.into()))?
        .f_type;
    Ok(u64::try_from(kind).is_ok_and(|kind| kind == TMPFS))
}

fn failed(path: &Path, error: &io::Error) -> CheckFailure {
    format!("cannot read {}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "sesame0123456789sesame";

    fn found(bytes: &[u8]) -> Vec<usize> {
        let texts = Texts::new(["another text", TEXT]);
        texts.within(bytes).into_iter().collect()
    }

    #[test]
    fn a_text_is_found_as_it_is_and_within_base64_wherever_it_begins() {
        assert_eq!(found(format!("token={TEXT};").as_bytes()), [1]);
        for before in 0..7 {
            let whole = format!("{}{TEXT} and more", "x".repeat(before));
            let encoded = BASE64_STANDARD.encode(&whole);
            assert_eq!(
                found(format!("{{\"token\":\"{encoded}\"}}").as_bytes()),
                [1]
            );
        }
        assert_eq!(found(BASE64_STANDARD.encode(TEXT).as_bytes()), [1]);
    }

    #[test]
    fn nothing_is_found_where_a_part_is_missing() {
        assert!(found(&TEXT.as_bytes()[1..]).is_empty());
        let encoded = BASE64_STANDARD.encode(&TEXT[..TEXT.len() - 1]);
        assert!(found(encoded.as_bytes()).is_empty());
    }

    /// Gives `bytes` by so many at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(self.0.len()).min(buffer.len());
            let (piece, rest) = self.0.split_at(size);
            buffer[..size].copy_from_slice(piece);
            self.0 = rest;
            Ok(size)
        }
    }

    #[test]
    fn a_text_that_lies_across_reads_is_found() {
        let texts = Texts::new([TEXT]);
        let bytes = format!("{}{TEXT}{}", "x".repeat(100), "y".repeat(100));
        for size in [1, 7, TEXT.len(), 101, 1000] {
            let mut pieces = Pieces(bytes.as_bytes(), size);
            let (found, read) = texts.read(&mut pieces, &mut [0; 128]).unwrap();
            assert_eq!((found.len(), read), (1, bytes.len() as u64), "{size}");
        }
    }

    #[test]
    fn a_folder_is_searched_with_all_below_it_and_links_are_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (deep, other) = (folder.path().join("a/b"), outside.path().join("other"));
        fs::create_dir_all(&deep).unwrap();
        fs::write(&other, TEXT).unwrap();
        std::os::unix::fs::symlink(&other, deep.join("link")).unwrap();
        fs::write(deep.join("without"), "nothing").unwrap();
        // Across the border of what is read at once.
        let mut large = vec![0; BUFFER - 5];
        large.extend(TEXT.as_bytes());
        fs::write(deep.join("large"), &large).unwrap();

        let sweep = sweep(folder.path(), &Texts::new(["another", TEXT])).unwrap();
        assert_eq!(sweep.files_with(1), [deep.join("large")]);
        assert!(sweep.files_with(0).is_empty());
        assert_eq!((sweep.files, sweep.in_memory), (2, 0));
        assert_eq!(sweep.bytes, (large.len() + 7) as u64);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_failure_and_not_an_empty_one() {
        let error = sweep(Path::new("/no/such/folder"), &Texts::new([TEXT])).unwrap_err();
        assert!(error.to_string().contains("/no/such/folder"), "{error}");
    }
}
