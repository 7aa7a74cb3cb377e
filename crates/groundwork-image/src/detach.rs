//! Names for store paths inside an image, so that the finished image names none of the machine's.
//!
//! Nix finds what a result needs by looking for the hashes of store paths in its bytes. An image carries its own copies, so
//! a hash in it would bring each of them along once more. In the image another hash stands for it, made of the first and
//! just as long: paths inside of programs keep their length, and another version still has another path.

use std::path::{Path, PathBuf};

use memchr::memmem::Finder;
use sha2::{Digest as _, Sha256};

use crate::spec::Spec;

/// Digits of the hash in a store path's name: 160 bits in base 32. See "Store path" in Nix' manual.
const DIGITS: usize = 32;

/// The hashes that no image may hold, and what stands for each.
#[derive(Debug, Default)]
pub(crate) struct Detached(Vec<(Finder<'static>, String)>);

impl Detached {
    /// Looks up the store paths that the layers of `spec` bring.
    pub(crate) fn of(spec: &Spec) -> Self {
        let paths = spec.layers.iter().flat_map(|layer| &layer.store_paths);
        Self(
            paths
                .filter_map(|path| hash(path))
                .map(|hash| (Finder::new(hash).into_owned(), stand_in(hash)))
                .collect(),
        )
    }

    /// `bytes` with its stand-in for each hash; the length stays.
    pub(crate) fn bytes(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (finder, stand_in) in &self.0 {
            let found: Vec<usize> = finder.find_iter(&bytes).collect();
            for start in found {
                bytes[start..start + DIGITS].copy_from_slice(stand_in.as_bytes());
            }
        }
        bytes
    }

    /// The same for a path.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};
        let bytes = path.as_os_str().to_owned().into_vec();
        OsString::from_vec(self.bytes(bytes)).into()
    }
}

/// The hash of a store path, as in `/nix/store/<hash>-<name>`; other paths have none.
fn hash(path: &Path) -> Option<&str> {
    let (hash, _) = path
        .strip_prefix("/nix/store")
        .ok()?
        .to_str()?
        .split_once('-')?;
    (hash.len() == DIGITS && hash.bytes().all(|digit| digit.is_ascii_alphanumeric()))
        .then_some(hash)
}

/// What stands for `hash` in an image: the first digits of its own SHA-256, in hexadecimal.
fn stand_in(hash: &str) -> String {
    let mut digits = format!("{:x}", Sha256::digest(hash));
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Layer, Spec};

    const HASH: &str = "qic9266paxnhnar06zvl9y35pgk88x55";

    fn detached(paths: &[&str]) -> Detached {
        Detached::of(&Spec {
            name: "test".into(),
            architecture: "amd64".into(),
            layers: vec![Layer {
                store_paths: paths.iter().map(Into::into).collect(),
                ..Layer::default()
            }],
            config: Default::default(),
        })
    }

    #[test]
    fn a_store_path_loses_its_hash_wherever_it_stands_and_bytes_keep_their_places() {
        let path = format!("/nix/store/{HASH}-runtime");
        let detached = detached(&[&path]);
        let program = format!("\u{7f}ELF{path}/lib:{path}/lib64\0rest").into_bytes();
        let other = stand_in(HASH);
        let expected = String::from_utf8(program.clone())
            .unwrap()
            .replace(HASH, &other);
        assert_eq!(detached.bytes(program), expected.into_bytes());
        let inside = Path::new(&path).join("lib/libc.so.6");
        let renamed = format!("/nix/store/{other}-runtime/lib/libc.so.6");
        assert_eq!(detached.path(&inside), Path::new(&renamed));
    }

    #[test]
    fn another_version_has_another_path() {
        assert_ne!(stand_in(HASH), stand_in(&HASH.replace('q', "r")));
        assert_eq!(stand_in(HASH).len(), HASH.len());
    }

    #[test]
    fn what_the_image_does_not_bring_stays() {
        let detached = detached(&["/nix/store/short-name", "/srv/tree"]);
        let other = format!("/nix/store/{HASH}-runtime");
        assert_eq!(detached.path(Path::new(&other)), Path::new(&other));
        assert_eq!(detached.bytes(b"short tree".to_vec()), b"short tree");
    }
}
